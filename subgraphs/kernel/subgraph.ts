import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import type { AnyEntity, Constructor, EntityClass } from '@mikro-orm/core';
import type { Migration } from '@mikro-orm/migrations';
import type { EntityManager } from '@mikro-orm/postgresql';
import { type GraphQLSchema, parse, print } from 'graphql';
import { buildSchemaSync, createResolversMap, type NonEmptyArray } from 'type-graphql';
import { readAccess } from '../../schema/access.js';
import { Deadlines, within } from '../../schema/deadlines.js';
import type { PairwiseIds } from '../../schema/pairwise-id.js';
import { subgraphHead } from '../../schema/subgraph-head.js';
import type { SubgraphAnswer, SubgraphRequest, Transport } from '../../schema/transport.js';
import type { Viewer } from '../../schema/viewer.js';
import { type ConsentsOf, consentsFromMembers, consentsOf, type ConsentSource } from './consents.js';
import { auditRefusals } from './audit-refusals.js';
import { digestBodies } from './body-digest.js';
import { type Database, migrate, openDatabase } from './database.js';
import { eachAnew } from './each-anew.js';
import { present } from './errors.js';
import { type Faults, noFaults } from './faults.js';
import { forgetKeys } from './forget-keys.js';
import { guard, type OwnerOf } from './guard.js';
import { withListSizes } from './list-sizes.js';
import { withNullableRoots } from './nullable-roots.js';
import { weights } from '../../schema/field-weights.js';
import { withWeights } from './with-weights.js';
import { type RunningJobs, startJobs } from './jobs.js';
import { createLogger, type Logger } from './log.js';
import { type Peers, peersOf } from './peers.js';
import { type PersonalData, personalDataResolver } from './personal-data.js';
import { limitRepresentations } from './representations.js';
import { DateTimeScalar } from './scalars.js';

/** What a resolver has for one request. Loaders, consents and the entity manager live as long as the request, or one field of a mutation. */
export interface SubgraphContext<Loaders = unknown> {
  readonly viewer: Viewer;
  readonly em: EntityManager;
  readonly loaders: Loaders;
  /** What members agreed that the viewer's partner reads; asked when first needed. */
  readonly consents: ConsentsOf;
  readonly peers: Peers;
  readonly ids: PairwiseIds;
  readonly faults: Faults;
  readonly log: Logger;
}

/** What a job has: the same as a request, without a viewer. */
export type JobContext = Omit<SubgraphContext, 'viewer' | 'loaders' | 'consents'>;

/**
 * Work that no request starts, such as resuming a saga after a crash. Instances share its runs (`jobs.ts`), and still two may run at once,
 * late or twice: what is done then must be the same.
 */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  run(context: JobContext): Promise<void>;
}

/** A subgraph as one value: all that the outside knows of it. */
export interface SubgraphDefinition<Loaders = unknown> {
  readonly name: string;
  readonly entities: readonly EntityClass<AnyEntity>[];
  readonly migrations: readonly Constructor<Migration>[];
  readonly resolvers: NonEmptyArray<abstract new (...args: never[]) => unknown>;
  /** Entities that no query of this subgraph reaches. */
  readonly orphanedTypes?: readonly (abstract new (...args: never[]) => unknown)[];
  /** How the gateway reaches a record by its key, always through a loader. */
  readonly references?: Readonly<Record<string, (key: never, context: SubgraphContext<Loaders>) => unknown>>;
  /** Whose record a value of the type is; needed for every type with a class other than PUBLIC. */
  readonly owners?: Readonly<Record<string, OwnerOf>>;
  readonly loaders: (context: Omit<SubgraphContext, 'loaders'>) => Loaders;
  /** Only where consents are kept; every other subgraph asks the one that keeps them. */
  readonly consents?: (context: Pick<SubgraphContext, 'em'>) => ConsentSource;
  /** Absent where nothing is written, so that no key is kept either. */
  readonly jobs?: readonly Job[];
  /** What stands in the way of forgetting a member here, and how it is done. */
  readonly personal?: PersonalData;
  /** SDL for what decorators cannot say, such as directives on enums. */
  readonly extraSdl?: string;
}

/** The jobs of a subgraph: its own, and what every one that is written to has. */
export const jobsOf = ({ jobs }: Pick<SubgraphDefinition<never>, 'jobs'>): readonly Job[] => (jobs ? [...jobs, forgetKeys] : []);

const built = new Map<SubgraphDefinition<never>, { sdl: string; schema: GraphQLSchema }>();

/** SDL and guarded schema of a subgraph; pure but for the cache, so that contracts can be printed without a database. */
export function buildSubgraph<Loaders>(definition: SubgraphDefinition<Loaders>): { sdl: string; schema: GraphQLSchema } {
  const known = built.get(definition as SubgraphDefinition<never>);
  if (known) return known;
  const base = buildSchemaSync({
    resolvers: [...definition.resolvers, personalDataResolver(definition.personal ?? {})] as unknown as NonEmptyArray<never>,
    orphanedTypes: (definition.orphanedTypes ?? []) as never[],
    scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
    validate: false,
    skipCheck: true,
  });
  const own = print(withWeights(withNullableRoots(withListSizes(parse(printSchemaWithDirectives(base), { noLocation: true }))), weights));
  const sdl = `${subgraphHead}${own}\n${definition.extraSdl ?? ''}`;
  const resolvers = createResolversMap(base) as Record<string, object>;
  for (const [type, resolve] of Object.entries(definition.references ?? {}))
    resolvers[type] = { ...resolvers[type], __resolveReference: resolve };
  const document = parse(sdl);
  const { table, undecided } = readAccess(document);
  if (undecided.length > 0) throw new Error(`${definition.name}: no access decision for ${undecided.join(', ')}`);
  const federated = limitRepresentations(buildSubgraphSchema([{ typeDefs: document, resolvers: resolvers as never }]));
  const schema = eachAnew(guard(federated, table, definition.owners ?? {}));
  const result = { sdl, schema };
  built.set(definition as SubgraphDefinition<never>, result);
  return result;
}

export interface SubgraphRuntime {
  readonly url: string;
  readonly transport: Transport;
  readonly ids: PairwiseIds;
  readonly faults?: Faults;
  readonly log?: Logger;
  readonly poolSize?: number;
}

const readyMs = 2_000;

/** A subgraph with its database open. */
export interface RunningSubgraph {
  readonly name: string;
  readonly sdl: string;
  readonly database: Database;
  execute(request: SubgraphRequest, viewer: Viewer): Promise<SubgraphAnswer>;
  /** Runs one job now, for tests and for operators. */
  runJob(name: string): Promise<void>;
  /** Whether the database answers, within two seconds. Never rejects. */
  ready(): Promise<boolean>;
  migrate(): Promise<number>;
  /** Starts the jobs, in the background; call it after `migrate`. */
  startJobs(): void;
  /** Starts no run any more, and waits for those under way, for so long at the most. */
  stopJobs(longestMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens the subgraph: one server for in-process and HTTP calls alike, so both ways mean the same. */
export async function openSubgraph<Loaders>(definition: SubgraphDefinition<Loaders>, runtime: SubgraphRuntime): Promise<RunningSubgraph> {
  const log = runtime.log ?? createLogger(definition.name);
  const { sdl, schema } = buildSubgraph(definition);
  const database = openDatabase({
    name: definition.name,
    url: runtime.url,
    entities: definition.entities,
    migrations: definition.migrations,
    ...(runtime.poolSize === undefined ? {} : { poolSize: runtime.poolSize }),
  });
  digestBodies(database, runtime.ids);
  const peers = peersOf(definition.name, runtime.transport);
  const shared = { peers, ids: runtime.ids, faults: runtime.faults ?? noFaults, log };
  const server = new ApolloServer<SubgraphContext<Loaders>>({
    schema,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    introspection: false,
    formatError: (formatted, error) => present(formatted, error, log),
    // Calls come from the gateway and from peers only, and are checked by signature; Apollo's own browser defences would only cost.
    csrfPrevention: false,
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await server.start();
  // A connection into nowhere says nothing for a quarter of an hour, and whoever asks meanwhile waits for the same answer.
  const readiness = new Deadlines(readyMs);
  let jobs: RunningJobs | undefined;
  const contextFor = (viewer: Viewer): SubgraphContext<Loaders> => {
    const em = database.em.fork() as EntityManager;
    const consents = consentsOf(viewer, definition.consents?.({ em }) ?? consentsFromMembers(peers, viewer));
    const context = { viewer, em, consents, ...shared };
    return { ...context, loaders: definition.loaders(context) };
  };
  const runJob = async (name: string): Promise<void> => {
    const job = jobsOf(definition).find((candidate) => candidate.name === name);
    if (!job) throw new Error(`${definition.name} has no job ${name}`);
    await job.run({ em: database.em.fork() as EntityManager, ...shared });
  };
  const stopJobs = async (longestMs?: number): Promise<void> => {
    const running = jobs;
    jobs = undefined;
    await running?.stop(longestMs).catch((error: unknown) => log.warn({ err: error }, 'the jobs did not stop in order'));
  };
  return {
    name: definition.name,
    sdl,
    database,
    async execute(request, viewer) {
      const response = await server.executeOperation(
        {
          query: request.query,
          ...(request.variables ? { variables: { ...request.variables } } : {}),
          ...(request.operationName ? { operationName: request.operationName } : {}),
        },
        { contextValue: { ...contextFor(viewer), anew: () => contextFor(viewer) } as SubgraphContext<Loaders> },
      );
      if (response.body.kind !== 'single') throw new Error('incremental answers are not used between subgraphs');
      const answer = response.body.singleResult as SubgraphAnswer;
      if (answer.errors) {
        // The refusal stands whether or not it could be written down.
        await auditRefusals(database.em.fork() as EntityManager, request, answer, viewer).catch((error: unknown) =>
          log.error({ err: error }, 'a refusal is missing from the audit trail'),
        );
      }
      return answer;
    },
    runJob,
    ready: () => within(readiness, database.isConnected()).catch(() => false),
    migrate: () => migrate(database, definition.name),
    startJobs() {
      jobs ??= startJobs({ subgraph: definition.name, url: runtime.url, jobs: jobsOf(definition), run: runJob, log });
    },
    stopJobs,
    async close() {
      await stopJobs();
      await server.stop();
      await database.close(true);
    },
  };
}
