import { hash } from 'node:crypto';
import { type Operation, operationFromDocument, type Schema } from '@apollo/federation-internals';
import type { ApolloGateway } from '@apollo/gateway';
import type { QueryPlan, QueryPlanner } from '@apollo/query-planner';
import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  type OperationDefinitionNode,
} from 'graphql';
import { inTurn } from '../../schema/in-turn.js';
import type { GatewayContext } from '../context.js';
import { heldBytes } from '../access/held-bytes.js';
import { type Conditions, conditionsOf, conditionVariables } from '../access/conditions.js';
import { Regulars } from '../access/regulars.js';
import { decided } from './decided.js';
import { compileOperation, fragmentsOf, type RunnableOperation } from './operation.js';
import { type PlannedNames, plannedNames } from './planned-names.js';
import { mixedNeedsCheck, type PlanCheck } from './requirements.js';
import type { IsA } from './representations.js';
import type { Fetch } from './run.js';
import { isUnplannable, unplannable } from './unplannable.js';

type Executor = ApolloGateway['executor'];

/** How one request's subqueries are sent. */
export type FetchFor = (context: GatewayContext) => Fetch;

/** Operations that are kept planned and compiled. */
const maxOperations = 1_000;
/** Of the documents on which they are built, about; what is planned and compiled is about as much again. */
const maxOperationBytes = 48 * 1_048_576;

/** Characters of a document that takes milliseconds to plan. */
const longText = 1_000;

/** What is planned and compiled belongs to one supergraph; with the next one everything starts anew. */
interface Generation {
  readonly planner: QueryPlanner;
  readonly apiSchema: Schema;
  readonly schema: GraphQLSchema;
  readonly isA: IsA;
  readonly names: PlannedNames;
  readonly check: PlanCheck | undefined;
  readonly documents: Regulars<KnownDocument>;
  readonly operations: Regulars<RunnableOperation>;
}

/** An operation before its conditions are decided. */
interface KnownDocument {
  readonly operation: OperationDefinitionNode;
  readonly conditions: readonly string[];
}

export interface OwnExecutor {
  (...given: Parameters<Executor>): ReturnType<Executor>;
  /** Plans and compiles an operation before anybody asks for it; with the defaults of the variables on which conditions depend. */
  prepare(text: string, document: DocumentNode, operationName?: string): void;
  /** Since the start: operations that were asked and needed a plan, those that had to be planned then, and plans that are kept. */
  counts(): { readonly asked: number; readonly made: number; readonly kept: number };
}

/**
 * Runs plans behind Apollo's own seam: ApolloGateway loads, updates and plans, and this takes the place of its `executor`. A plan is made
 * and compiled at the first request for it, in one turn of the event loop, so that no two requests can both be first; of a long
 * document in a turn of its own.
 */
export function ownExecutor(gateway: ApolloGateway, fetchFor: FetchFor): OwnExecutor {
  let current: Generation | undefined;
  let asked = 0;
  let made = 0;
  const placeOf = (
    queryHash: string,
    document: DocumentNode,
    operationName: string | undefined,
    variables: Readonly<Record<string, unknown>>,
  ): { readonly known: RunnableOperation | undefined; readonly make: () => RunnableOperation } => {
    const planner = gateway['queryPlanner'] as QueryPlanner;
    if (current?.planner !== planner) current = generationOf(gateway, planner);
    const generation = current;
    const name = operationName ? `${queryHash} ${operationName}` : queryHash;
    const known = generation.documents.of(
      name,
      () => knownDocument(document, operationName),
      () => heldBytes(document),
    );
    const conditions = conditionsOf(known.operation, known.conditions, variables);
    const key = known.conditions.reduce((text, condition) => text + (conditions[condition] === true ? '+' : '-'), name);
    return {
      known: generation.operations.get(key),
      make: () =>
        generation.operations.of(
          key,
          () => {
            made += 1;
            return attempt(() => compile(generation, document, known.operation, conditions));
          },
          () => heldBytes(document),
        ),
    };
  };
  const run = async ({ queryHash, document, request, context }: Parameters<Executor>[0]): Promise<never> => {
    const variables = request.variables ?? {};
    const { known, make } = placeOf(queryHash, document, request.operationName, variables);
    asked += 1;
    // A long document has had its turn by now, for being read and validated.
    const runnable = known ?? ((request.query ?? '').length > longText ? await inTurn(make) : make());
    try {
      return (await runnable(variables, fetchFor(context as GatewayContext))) as never;
    } catch (error) {
      if (!isUnplannable(error)) throw error;
      (context as GatewayContext).log?.warn({ reason: error.message, err: error.originalError }, 'an operation cannot be planned');
      return { errors: [error] } as never;
    }
  };
  return Object.assign(run, {
    counts: () => ({ asked, made, kept: current?.operations.size ?? 0 }),
    prepare(text: string, document: DocumentNode, operationName?: string): void {
      const queryHash = hash('sha256', text, 'hex');
      const before = made;
      // Asked for twice, it is kept among the regulars.
      for (let time = 0; time < 2; time += 1) placeOf(queryHash, document, operationName, {}).make();
      made = before;
    },
  });
}

function knownDocument(document: DocumentNode, operationName: string | undefined): KnownDocument {
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new GraphQLError('The document has no operation of that name', { extensions: { code: 'BAD_REQUEST' } });
  return { operation, conditions: conditionVariables(document, operation) };
}

/** What failed once fails again: it is kept like a plan, so that to ask again costs nothing. */
function attempt(make: () => RunnableOperation): RunnableOperation {
  try {
    return make();
  } catch (error) {
    return () => Promise.reject(error as Error);
  }
}

function compile(
  { schema, apiSchema, planner, isA, names, check }: Generation,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: Conditions,
): RunnableOperation {
  const fragments = fragmentsOf(document);
  const plan = planned(planner, operationFromDocument(apiSchema, decided(operation, fragments, conditions, names)));
  check?.(plan);
  return compileOperation({ schema, isA, fragments, operation, conditions, names, plan });
}

function planned(planner: QueryPlanner, operation: Operation): QueryPlan {
  try {
    return planner.buildQueryPlan(operation);
  } catch (error) {
    throw isUnplannable(error) ? error : unplannable('The planner finds no plan for this operation; ask for less in one', error);
  }
}

function generationOf(gateway: ApolloGateway, planner: QueryPlanner): Generation {
  const supergraph = gateway['supergraphSchema'] as GraphQLSchema;
  const isA = subtypes(supergraph);
  return {
    planner,
    apiSchema: gateway['apiSchema'] as Schema,
    schema: gateway.schema as GraphQLSchema,
    isA,
    names: plannedNames(supergraph),
    check: mixedNeedsCheck(supergraph, isA),
    documents: new Regulars(maxOperations, maxOperationBytes),
    operations: new Regulars(maxOperations, maxOperationBytes),
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
