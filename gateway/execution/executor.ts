import { type Operation, operationFromDocument, type Schema } from '@apollo/federation-internals';
import type { ApolloGateway } from '@apollo/gateway';
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { getOperationAST, GraphQLError, type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';
import type { GatewayContext } from '../context.js';
import { Recent } from '../access/recent.js';
import { compileOperation, type RunnableOperation } from './operation.js';
import type { IsA } from './representations.js';
import type { Fetch } from './run.js';
import { withSureObjects } from './sure-objects.js';

type Executor = ApolloGateway['executor'];

/** How one request's subqueries are sent. */
export type FetchFor = (context: GatewayContext) => Fetch;

/** Operations that are kept planned and compiled. */
const maxOperations = 1_000;

/** What is planned and compiled belongs to one supergraph; with the next one everything starts anew. */
interface Generation {
  readonly planner: QueryPlanner;
  readonly apiSchema: Schema;
  readonly schema: GraphQLSchema;
  readonly isA: IsA;
  readonly operations: Recent<RunnableOperation>;
}

/**
 * Runs plans behind Apollo's own seam: ApolloGateway loads, updates and plans, and this takes the place of its `executor`. A plan is made
 * and compiled at the first request for it, in one turn of the event loop, so that no two requests can both be first.
 */
export function ownExecutor(gateway: ApolloGateway, fetchFor: FetchFor): Executor {
  let current: Generation | undefined;
  return async (context) => {
    const planner = gateway['queryPlanner'] as QueryPlanner;
    if (current?.planner !== planner) current = generationOf(gateway, planner);
    const generation = current;
    const { queryHash, document, request } = context;
    const runnable = generation.operations.of(request.operationName ? `${queryHash} ${request.operationName}` : queryHash, () => {
      const operation = getOperationAST(document, request.operationName);
      if (!operation) throw new GraphQLError('The document has no operation of that name', { extensions: { code: 'BAD_REQUEST' } });
      const plan = planOf(
        generation,
        operationFromDocument(generation.apiSchema, withSureObjects(document), options(request.operationName)),
      );
      return compileOperation({ schema: generation.schema, isA: generation.isA, document, operation, plan });
    });
    return (await runnable(request.variables ?? {}, fetchFor(context.context as GatewayContext))) as never;
  };
}

const options = (operationName: string | undefined): { operationName?: string } => (operationName ? { operationName } : {});
const planOf = ({ planner }: Generation, operation: Operation): QueryPlan => planner.buildQueryPlan(operation);

function generationOf(gateway: ApolloGateway, planner: QueryPlanner): Generation {
  return {
    planner,
    apiSchema: gateway['apiSchema'] as Schema,
    schema: gateway.schema as GraphQLSchema,
    isA: subtypes(gateway['supergraphSchema'] as GraphQLSchema),
    operations: new Recent(maxOperations),
  };
}

/** Pure: the supergraph's subtype relation, worked out once per pair of names that exist. */
export function subtypes(schema: GraphQLSchema): IsA {
  const known = new Map<string, Map<string, boolean>>();
  return (typename, condition) => {
    if (typename === condition) return true;
    const wanted = schema.getType(condition);
    if (!isAbstractType(wanted)) return false;
    let answers = known.get(condition);
    if (!answers) known.set(condition, (answers = new Map()));
    let answer = answers.get(typename);
    if (answer === undefined) {
      const type = schema.getType(typename);
      if (!(isObjectType(type) || isInterfaceType(type))) return false;
      answers.set(typename, (answer = schema.isSubType(wanted, type)));
    }
    return answer;
  };
}
