import { createHash } from 'node:crypto';
import { composeServices } from '@apollo/composition';
import { ApolloGateway } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  getOperationAST,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  validate,
} from 'graphql';
import { conditionsOf, conditionVariables } from '../../../gateway/access/conditions.js';
import { mendCircles } from '../../../gateway/execution/circles.js';
import { decided } from '../../../gateway/execution/decided.js';
import { ownExecutor } from '../../../gateway/execution/executor.js';
import { fragmentsOf } from '../../../gateway/execution/operation.js';
import type { SubgraphRequest } from '../../../schema/transport.js';
import type { Fixture } from './supergraphs.js';
import { type Thing, World, type WorldOptions } from './world.js';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@interfaceObject", "@inaccessible"])\n`;

export interface Asked {
  readonly text: string;
  readonly variables: Record<string, unknown>;
}
export interface Said {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/**
 * A supergraph that can be asked in three ways: by our executor, by Apollo's, and as one schema without federation. Apollo's is asked with
 * the conditions decided, as ours asks its planner: with conditions the planner makes wrong plans that are of no interest here.
 */
export interface Federation {
  readonly schema: GraphQLSchema;
  readonly supergraphSdl: string;
  own(asked: Asked, world: World): Promise<Said>;
  apollo(asked: Asked, world: World): Promise<Said>;
  single(asked: Asked, world: World): Promise<Said>;
  /** Ours, over subgraphs that answer as told. */
  ownOver(asked: Asked, send: Send): Promise<Said>;
  /** Plans for ours what nobody has asked yet. */
  prepare(text: string): void;
  /** Of ours: operations asked, and of those the ones that had to be planned. */
  counts(): { readonly asked: number; readonly made: number };
  world(options: WorldOptions): World;
  stop(): Promise<void>;
}
export type Send = (subgraph: string, request: SubgraphRequest) => Promise<unknown>;

export async function openFederation({ subgraphs, nature }: Fixture): Promise<Federation> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  mendCircles();
  const services = Object.entries(subgraphs).map(([name, sdl]) => ({ name, url: `http://${name}`, typeDefs: parse(link + sdl) }));
  const composed = composeServices(services);
  if (composed.errors) throw new Error(composed.errors.map(({ message }) => message).join('\n'));
  const current: { world?: World } = {};
  const schemas = new Map(services.map(({ name, typeDefs }) => [name, subgraphSchema(typeDefs, () => current.world as World)]));
  const documents = new Map<string, DocumentNode>();
  const documentOf = (text: string): DocumentNode => {
    const known = documents.get(text) ?? parse(text, { noLocation: true });
    documents.set(text, known);
    return known;
  };

  const send = async (world: World, name: string, request: SubgraphRequest): Promise<Said> => {
    const schema = schemas.get(name) as GraphQLSchema;
    const document = documentOf(request.query);
    const unfit = validate(schema, document);
    if (unfit.length > 0) throw new Error(`${name} was asked nonsense: ${unfit[0]?.message} in ${request.query}`);
    const variables = JSON.parse(JSON.stringify(request.variables ?? {})) as Record<string, unknown>;
    const answer = await execute({
      schema,
      document,
      variableValues: variables,
      contextValue: world,
      fieldResolver: world.fieldResolver,
      typeResolver: world.typeResolver,
    });
    const plain = JSON.parse(JSON.stringify(answer)) as Said;
    return plain.errors ? { ...plain, errors: plain.errors.map((error) => named(error, variables)) } : plain;
  };
  const gateway = new ApolloGateway({
    supergraphSdl: composed.supergraphSdl,
    buildService: ({ name }) => ({
      process: async ({ request, context }) => (await send(context['world'] as World, name, request as SubgraphRequest)) as never,
    }),
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const stock = gateway.executor;
  const own = ownExecutor(gateway, (context) => (context as unknown as { send: Send }).send);
  const { schema } = await gateway.load();
  const run = async (executor: typeof stock, { text, variables }: Asked, context: object): Promise<Said> => {
    const document = documentOf(text);
    const answer = await executor({
      request: { query: text, variables },
      document,
      queryHash: createHash('sha256').update(text).digest('hex'),
      source: text,
      metrics: {},
      context,
      logger: console,
    } as never);
    return JSON.parse(JSON.stringify(answer)) as Said;
  };

  return {
    schema,
    supergraphSdl: composed.supergraphSdl,
    own: (asked, world) => run(own, asked, { send: (name: string, request: SubgraphRequest) => send(world, name, request) }),
    ownOver: (asked, over) => run(own, asked, { send: over }),
    prepare: (text) => own.prepare(text, documentOf(text)),
    counts: () => own.counts(),
    apollo({ text, variables }, world) {
      const document = documentOf(text);
      const operation = getOperationAST(document) as OperationDefinitionNode;
      const conditions = conditionsOf(operation, conditionVariables(document, operation), variables);
      return run(stock, { text: print(decided(operation, fragmentsOf(document), conditions)), variables }, { world });
    },
    async single({ text, variables }, world) {
      const answer: ExecutionResult = await execute({
        schema,
        document: documentOf(text),
        variableValues: variables,
        fieldResolver: world.fieldResolver,
        typeResolver: world.typeResolver,
      });
      return JSON.parse(JSON.stringify(answer)) as Said;
    },
    world(options) {
      const world = new World(options, nature);
      world.typeOf = (typename, field) => {
        const type = schema.getType(typename);
        return (isObjectType(type) ? type.getFields()[field]?.type : undefined) as never;
      };
      world.possible = (name) => {
        const type = schema.getType(name);
        return isAbstractType(type) ? schema.getPossibleTypes(type).map((one) => one.name) : [name];
      };
      return world;
    },
    stop: () => gateway.stop(),
  };
}

/** An error says which entity it is about, so that it can be told apart from the same error elsewhere. */
function named(
  error: NonNullable<Said['errors']>[number],
  variables: Readonly<Record<string, unknown>>,
): NonNullable<Said['errors']>[number] {
  const index = error.path?.[1];
  const entities = variables['representations'];
  if (error.path?.[0] !== '_entities' || typeof index !== 'number' || !Array.isArray(entities)) return error;
  return { ...error, message: `${error.message} below ${JSON.stringify(entities[index])}` };
}

function subgraphSchema(typeDefs: DocumentNode, world: () => World): GraphQLSchema {
  const resolvers: Record<string, object> = {};
  for (const definition of typeDefs.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    if (!definition.directives?.some(({ name }) => name.value === 'key')) continue;
    resolvers[definition.name.value] = {
      __resolveReference: (said: Record<string, unknown>, context: World) =>
        (context ?? world()).entity(said, definition.kind === Kind.INTERFACE_TYPE_DEFINITION),
      ...(definition.kind === Kind.INTERFACE_TYPE_DEFINITION ? { __resolveType: (thing: Thing) => thing.__typename } : {}),
    };
  }
  return buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
}
