import { setImmediate as nextTurn } from 'node:timers/promises';
import { ApolloGateway } from '@apollo/gateway';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { aboutBytes } from '../schema/about-bytes.js';
import type { Composed } from '../schema/compose.js';
import { usualLimits } from '../schema/limits.js';
import type { ExecutorName } from '../schema/settings.js';
import { type SubgraphAnswer, type SubgraphRequest, type Transport, Unavailable } from '../schema/transport.js';
import { explainSource, gatewaySubgraph } from './access/explain-subgraph.js';
import type { DocumentLimits } from './access/explain.js';
import { type Executor, type Gate, openGate } from './access/gate.js';
import { dataSource } from './data-source.js';
import { underPlannedNames } from './execution/apollo-names.js';
import { mendCircles } from './execution/circles.js';
import { type FetchFor, ownExecutor } from './execution/executor.js';
import { plannedNames } from './execution/planned-names.js';

export interface OpenSupergraph extends Gate {
  /** Runs whatever it is given, for whomever: only for those who measure what the gate costs. */
  readonly unchecked: Executor;
  /**
   * Plans what will be asked, so that nobody has to wait for it; what does not fit the schema is passed over. Other requests are answered
   * in between.
   */
  warm(asked: Iterable<WarmOperation>): Promise<void>;
  /** How often plans were asked for and made; nothing where Apollo's executor runs them. */
  plans(): { readonly asked: number; readonly made: number; readonly kept: number };
  stop(): Promise<void>;
}

export interface WarmOperation {
  readonly text: string;
  readonly operationName?: string | undefined;
}

/**
 * Where subgraphs share fields there may be thousands of ways to plan an operation, which all are built and compared: of so many that they
 * cannot hold the event loop the cheapest is taken. Trap: for graphs whose subgraphs share nearly everything the planner fails on some
 * operations below its usual 10,000, so that what is not ours keeps those.
 */
export const plannerRules = { debug: { maxEvaluatedPlans: 300 } };

/**
 * Loads the supergraph behind its gate, and runs its plans by our executor or by Apollo's own. Nothing phones home:
 * APOLLO_TELEMETRY_DISABLED is set before the library is constructed.
 */
export async function openSupergraph(
  { gatewaySdl, access }: Composed,
  transport: Transport,
  executorName: ExecutorName = 'own',
  whose: 'ours' | 'foreign' = 'ours',
  limits: DocumentLimits = usualLimits,
): Promise<OpenSupergraph> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  mendCircles();
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: (message: unknown) => console.error(message) };
  const explanations = explainSource(() => gate.explainer);
  // Another graph's subgraph of the same name is a subgraph like any other.
  const isOurs = (subgraph: string): boolean => whose === 'ours' && subgraph === gatewaySubgraph.name;
  const inner = new ApolloGateway({
    supergraphSdl: gatewaySdl,
    buildService: ({ name }) => (isOurs(name) ? explanations : dataSource(name, transport)),
    logger: quiet,
    ...(whose === 'ours' ? { queryPlannerConfig: plannerRules } : {}),
  });
  const fetchFor: FetchFor = (context) => {
    const { viewer, log } = context;
    const lost = (subgraph: string, error: unknown): never => {
      log.warn(error instanceof Unavailable ? { subgraph, reason: error.reason } : { subgraph, err: error }, 'subgraph out of reach');
      throw error;
    };
    const explained = async (request: SubgraphRequest): Promise<SubgraphAnswer> => {
      const answer = (await explanations.process({ request, context } as never)) as SubgraphAnswer;
      return { ...answer, bytes: aboutBytes(answer.data) };
    };
    return (subgraph, request) =>
      (isOurs(subgraph) ? explained(request) : transport.send(subgraph, request, viewer)).catch((error: unknown) => lost(subgraph, error));
  };
  const own = executorName === 'own' ? ownExecutor(inner, fetchFor) : null;
  if (own) inner.executor = own;
  await nextTurn();
  const { schema, executor: loaded } = await inner.load();
  const executor = own ? loaded : underPlannedNames(loaded, plannedNames(inner['supergraphSchema'] as GraphQLSchema));
  await nextTurn();
  const gate = openGate(schema, access, executor, limits);
  const warm = async (asked: Iterable<WarmOperation>): Promise<void> => {
    for (const { text, operationName } of own ? asked : []) {
      await nextTurn();
      try {
        const document = parse(text);
        if (validate(schema, document).length === 0) own?.prepare(text, document, operationName);
      } catch {
        // Whoever asks it hears why it cannot be planned.
      }
    }
  };
  const plans = (): ReturnType<OpenSupergraph['plans']> => own?.counts() ?? { asked: 0, made: 0, kept: 0 };
  return { ...gate, unchecked: executor, warm, plans, stop: () => inner.stop() };
}
