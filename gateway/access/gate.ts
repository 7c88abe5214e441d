import type { ApolloGateway } from '@apollo/gateway';
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { getVariableValues, GraphQLError, type GraphQLSchema } from 'graphql';
import type { AccessTable } from '../../schema/access.js';
import { codes } from '../../schema/codes.js';
import { inTurn } from '../../schema/in-turn.js';
import type { Viewer } from '../../schema/viewer.js';
import type { GatewayContext } from '../context.js';
import { type Audience, audiences, schemaFor, schemaOf } from '../introspection/audience.js';
import { introspect } from '../introspection/introspect.js';
import type { CheckedOperation, PartlyClosedOperation } from './checked-operation.js';
import { openDecisions } from './decisions.js';
import { type DocumentLimits, type Explainer, explainer } from './explain.js';
import { TooManySelections } from './mark.js';
import { Recent } from '../../schema/recent.js';
import { refusal } from './refusals.js';
import { holdsSeveralWrites } from './several-writes.js';
import { standings } from './standing.js';

export type Executor = ApolloGateway['executor'];
type ExecutorContext = Parameters<Executor>[0];
type ExecutorAnswer = Awaited<ReturnType<Executor>>;
type ServedGateway = ApolloServerOptionsWithGateway<GatewayContext>['gateway'];

/** Stands between Apollo Server and the planner: nothing that is closed is planned, and no subgraph hears of it. */
export interface Gate {
  readonly executor: Executor;
  readonly explainer: Explainer;
  /** What callers of a kind may know to exist. */
  schemaOf(audience: Audience): GraphQLSchema;
  /** The gateway as Apollo Server loads it for one kind of callers; `stop` is the owner's. */
  servedTo(audience: Audience): ServedGateway;
}

const nothingAsked: ExecutorAnswer = { data: {} };
const maxSchemas = 50;

/** `schema`: the whole API schema; `inner` plans and runs what the gate lets through. */
export function openGate(schema: GraphQLSchema, table: AccessTable, inner: Executor, limits: DocumentLimits): Gate {
  const known = new Map(audiences.map((audience) => [audience, schemaOf(audience, schema, table)]));
  const knownBy = (audience: Audience): GraphQLSchema => known.get(audience) as GraphQLSchema;
  const standingOf = standings(table);
  const decisions = openDecisions(schema, table, standingOf);
  const shown = new Recent<GraphQLSchema>(maxSchemas);

  async function runPartly(context: ExecutorContext, viewer: Viewer, partly: PartlyClosedOperation): Promise<ExecutorAnswer> {
    const { operation, request } = context;
    // What is pruned may have been the only place of a variable; its value is refused all the same.
    const { errors: unfit } = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables ?? {}, {
      maxErrors: 10,
      hideSuggestions: true,
    });
    if (unfit) return { errors: unfit };
    const refusals = partly.closed.map((closed) => refusal(closed, viewer, false));
    const known = partly.introspection && (await inTurn(() => shown.of(standingOf(viewer), () => schemaFor(viewer, schema, table))));
    const [answer, own] = await Promise.all([
      partly.rest ? inner(reduced(context, partly.rest)) : nothingAsked,
      partly.introspection && known ? introspect(known, partly.introspection, request.variables) : {},
    ]);
    if (answer.data === undefined) return answer;
    const errors = [...refusals, ...(answer.errors ?? [])];
    const data = answer.data === null ? null : partly.complete({ ...answer.data, ...own });
    return { data, ...(errors.length > 0 ? { errors } : {}) };
  }

  // Not async: what is open costs no turn of the event loop more than without the gate.
  const executor: Executor = (context) => {
    const { viewer } = context.context as GatewayContext;
    let verdict: CheckedOperation;
    try {
      verdict = decisions.of(context, viewer);
    } catch (error) {
      if (error instanceof GraphQLError) return Promise.resolve({ errors: [error] });
      if (!(error instanceof TooManySelections)) return Promise.reject(error as Error);
      return Promise.resolve({ errors: [new GraphQLError(codes.OPERATION_TOO_COSTLY, { extensions: { code: 'OPERATION_TOO_COSTLY' } })] });
    }
    switch (verdict.kind) {
      case 'open':
        return inner(named(context));
      case 'refused':
        return Promise.resolve({ data: null, errors: verdict.closed.map((closed) => refusal(closed, viewer, true)) });
      case 'partly':
        return runPartly(context, viewer, verdict);
    }
  };

  return {
    executor,
    explainer: explainer(schema, table, knownBy, limits),
    schemaOf: knownBy,
    servedTo(audience) {
      const listeners = new Set<(loaded: { apiSchema: GraphQLSchema; coreSupergraphSdl: string }) => void>();
      return {
        onSchemaLoadOrUpdate(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        load() {
          for (const listener of listeners) listener({ apiSchema: knownBy(audience), coreSupergraphSdl: '' });
          return Promise.resolve({ executor: executor as never });
        },
        stop: () => Promise.resolve(),
      };
    },
  };
}

/** Says to whom the writes are sent that their header's key is not theirs alone; each call holds some of them. */
function named(context: ExecutorContext): ExecutorContext {
  const request = context.context as GatewayContext;
  const { viewer } = request;
  if (viewer.idempotencyKey === undefined || !holdsSeveralWrites(context.document, context.operation)) return context;
  return { ...context, context: { ...request, viewer: { ...viewer, severalWrites: true } } };
}

/** The request as if only what is left of it had been sent. */
function reduced(
  context: ExecutorContext,
  { operation, document, text, hash }: NonNullable<PartlyClosedOperation['rest']>,
): ExecutorContext {
  const names = new Set((operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value));
  const variables = Object.fromEntries(Object.entries(context.request.variables ?? {}).filter(([name]) => names.has(name)));
  const { operationName: _chosen, ...request } = context.request;
  return { ...context, document, operation, source: text, queryHash: hash, request: { ...request, query: text, variables } };
}
