import { readFileSync } from 'node:fs';
import { ApolloGateway } from '@apollo/gateway';
import { getNamedType, type GraphQLField, type GraphQLObjectType, type GraphQLSchema, isObjectType, parse } from 'graphql';
import { readAccess } from '../../schema/access.js';
import { cellOf, roles } from '../../schema/access-report.js';
import { readSupergraph } from '../../schema/compose.js';
import { decide } from '../../schema/decide.js';
import { subgraphsOf } from '../../schema/roster.js';
import type { SubgraphError } from '../../schema/transport.js';
import type { Viewer } from '../../schema/viewer.js';
import { buildSubgraph, type RunningSubgraph } from '../../subgraphs/kernel/subgraph.js';
import { memberNamed } from '../journeys/story.js';
import { fieldText } from '../support/documents.js';
import { addRows, entitiesOf, realKeys } from '../support/entities.js';
import { type Answer, openTestGraph, type TestGraph, unlimited } from '../support/graph.js';
import { seedTestGraph } from '../support/seed.js';
import { loadSubgraph } from '../../subgraphs/serve.js';
import { knownTo, type Path, pathsOf, ways } from './matrix-paths.js';

/** Every role × every `Type.field` × every way to write it: through the gateway, and straight at each subgraph. The table says what to expect. */
const lines = subgraphsOf(false);
const composed = readSupergraph(readFileSync('schema/supergraph.graphql', 'utf8'));
const table = composed.access;
let schema: GraphQLSchema;
let graph: TestGraph;
let viewers: ReadonlyMap<string, Viewer>;
let keys: ReadonlyMap<string, readonly string[]>;
/** What the gateway asked of subgraphs since the last look; while it is asked they answer nothing, so that every refusal is the gate's. */
const sent: string[] = [];
const straight = new Map<string, RunningSubgraph['execute']>();
const counts = { checks: 0, closed: 0, open: 0, hidden: 0, straight: 0 };

beforeAll(async () => {
  process.env['TONGDUI_LOG'] ??= 'silent';
  const planner = new ApolloGateway({
    supergraphSdl: composed.gatewaySdl,
    buildService: () => ({ process: () => Promise.resolve({}) }),
    logger: quiet,
  });
  ({ schema } = await planner.load());
  await planner.stop();
  graph = await openTestGraph(lines, { limits: unlimited });
  await seedTestGraph(graph);
  await addRows(graph);
  keys = await realKeys(
    graph,
    lines.map(({ name }) => name),
  );
  const uid = (await memberNamed(graph, 'M-Lin')).uid as string;
  viewers = new Map(
    [...roles].map(([role, viewer]) => [
      role,
      { ...viewer, ...(viewer.uid === undefined ? {} : { uid }), ...(viewer.partner === undefined ? {} : { partner: 'automotive' }) },
    ]),
  );
  for (const { name } of lines) {
    const subgraph = graph.subgraph(name);
    const execute = subgraph.execute.bind(subgraph);
    straight.set(name, execute);
    subgraph.execute = (request, viewer) => {
      // What has become of the caller since its token was issued: the gateway's own question, before any field is looked at.
      if (viewer.kind === 'service') return execute(request, viewer);
      sent.push(request.query);
      const representations = request.variables?.['representations'];
      return Promise.resolve({ data: Array.isArray(representations) ? { _entities: representations.map(() => null) } : {} });
    };
  }
});
afterAll(() => graph.close());
afterAll(() => {
  const unreached = [...table.keys()].filter((coordinate) => !reached.has(coordinate));
  process.stderr.write(
    `access matrix: ${table.size} fields, ${roles.size} roles, ${Object.keys(ways).length + 3} ways; ${counts.checks} checks ` +
      `(${counts.closed} closed, ${counts.open} open, ${counts.hidden} hidden names, ${counts.straight} straight at subgraphs); ` +
      `${unreached.length} fields on no way of any role\n`,
  );
});

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const viewerOf = (role: string): Viewer => viewers.get(role) as Viewer;
const objects = (): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap()).filter((type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'));
const closes = (coordinate: string, viewer: Viewer) => {
  const rule = table.get(coordinate);
  if (!rule) throw new Error(`${coordinate} is not in the table`);
  return decide(rule, viewer);
};
const reached = new Set<string>();
const said = (errors: readonly SubgraphError[] | undefined, path: readonly string[]): SubgraphError | undefined =>
  errors?.find((error) => JSON.stringify(error.path?.filter((part) => typeof part === 'string')) === JSON.stringify(path));
const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));

/** Several requests at once, in any order. */
async function eachOf<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const queue = [...all];
  const worker = async (): Promise<void> => {
    for (let one = queue.pop(); one !== undefined; one = queue.pop()) await work(one);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

interface Asked {
  readonly alias: string;
  readonly way: string;
  readonly coordinate: string;
  readonly asked: boolean;
}

/** All ways of some fields of one type in one document, each under a name of its own. */
function documentOf(
  type: GraphQLObjectType,
  fields: readonly GraphQLField<unknown, unknown>[],
  path: Path,
): { text: string; all: Asked[] } {
  const all: Asked[] = [];
  const fragments: string[] = [];
  const selection = fields.flatMap((field) =>
    Object.entries(ways).flatMap(([way, { asked, write }]) => {
      const alias = `${way}_${field.name}`;
      const written = write(type, field, alias);
      if (!written) return [];
      all.push({ alias, way, coordinate: `${type.name}.${field.name}`, asked });
      if (written.fragment) fragments.push(written.fragment);
      return [written.text];
    }),
  );
  return { text: `${path.operation} ($yes: Boolean!, $no: Boolean!) { ${path.around(selection.join(' '))} } ${fragments.join(' ')}`, all };
}

const ask = (viewer: Viewer, query: string): Promise<Answer> =>
  graph.ask(viewer, query, /\$yes/.test(query) ? { yes: true, no: false } : undefined);

describe.each([...roles.keys()])('%s', (role) => {
  test('through the gateway: what the table closes is closed on every way, and nothing else is', async () => {
    const viewer = viewerOf(role);
    const known = knownTo(schema, table, viewer.kind);
    const paths = pathsOf(schema, table, viewer);
    const wrong: string[] = [];
    const jobs = objects().flatMap((type) => {
      const path = paths.get(type.name);
      if (!path) return [];
      const fields = Object.values(type.getFields()).filter(({ name }) => known.has(`${type.name}.${name}`));
      // A write runs when nothing in it is closed, so each is asked for itself, without the key that it would need to run.
      const isWrite = type.name === 'Mutation';
      return chunks(fields, isWrite ? 1 : 8).map((some) => ({ type, path, some }));
    });
    await eachOf(jobs, async ({ type, path, some }) => {
      const { text, all } = documentOf(type, some, path);
      const { status, errors } = await ask(viewer, text);
      if (status !== 200) wrong.push(`${type.name}: ${status} ${JSON.stringify(errors).slice(0, 200)}`);
      for (const { alias, coordinate, asked, way } of all) {
        counts.checks += 1;
        reached.add(coordinate);
        const code = asked ? closes(coordinate, viewer) : null;
        const error = said(errors, [...path.names, alias]);
        const refusal =
          error && ['UNAUTHENTICATED', 'FORBIDDEN_FIELD', 'FORBIDDEN_OPERATION'].includes(String(error.extensions?.['code']))
            ? error
            : undefined;
        if (code === null) {
          counts.open += 1;
          if (refusal) wrong.push(`${coordinate} ${way}: open, and refused: ${JSON.stringify(error)}`);
        } else {
          counts.closed += 1;
          const expected = path.operation === 'mutation' && code !== 'UNAUTHENTICATED' ? 'FORBIDDEN_OPERATION' : code;
          if (error?.extensions?.['code'] !== expected)
            wrong.push(`${coordinate} ${way}: ${code}, and answered ${JSON.stringify(error)} (${status})`);
        }
      }
      sent.length = 0;
    });
    expect(wrong).toEqual([]);
  });

  test('no subgraph hears of a closed field, on any way', async () => {
    const viewer = viewerOf(role);
    const known = knownTo(schema, table, viewer.kind);
    const paths = pathsOf(schema, table, viewer);
    const heard: string[] = [];
    for (const type of objects()) {
      const path = paths.get(type.name);
      const closedOnes = Object.values(type.getFields()).filter(
        ({ name }) => known.has(`${type.name}.${name}`) && closes(`${type.name}.${name}`, viewer) !== null,
      );
      if (!path || closedOnes.length === 0) continue;
      for (const some of chunks(closedOnes, 8)) {
        sent.length = 0;
        const { text, all } = documentOf(type, some, path);
        await ask(viewer, text);
        const isRoot = path.names.length === 0;
        counts.checks += all.length;
        if ((isRoot || path.operation === 'mutation') && sent.length > 0) heard.push(`${type.name}: ${sent.length} calls`);
        for (const { alias, asked } of all)
          if (asked && sent.some((query) => query.includes(`${alias}:`))) heard.push(`${type.name}: ${alias}`);
      }
    }
    expect(heard).toEqual([]);
  });

  test('a hidden name is answered like one that does not exist', async () => {
    const viewer = viewerOf(role);
    const known = knownTo(schema, table, viewer.kind);
    const paths = pathsOf(schema, table, viewer);
    const wrong: string[] = [];
    for (const type of objects()) {
      const path = paths.get(type.name);
      const hidden = Object.values(type.getFields()).filter(({ name }) => !known.has(`${type.name}.${name}`));
      if (!path || hidden.length === 0) continue;
      for (const some of chunks(hidden, 20)) {
        const nonsense = some.map((field, index) =>
          Object.assign(Object.create(field) as typeof field, { name: `zz${index}${field.name}` }),
        );
        const [real, invented] = await Promise.all(
          [some, nonsense].map((fields) => ask(viewer, `${path.operation} { ${path.around(fields.map(({ name }) => name).join(' '))} }`)),
        );
        for (const field of some) {
          counts.hidden += 1;
          counts.checks += 1;
          reached.add(`${type.name}.${field.name}`);
        }
        const plain = (answer: Answer | undefined): string =>
          JSON.stringify({ ...answer, errors: answer?.errors?.map(({ message, extensions }) => ({ message, extensions })) }).replaceAll(
            /zz\d+/g,
            '',
          );
        // A supervisor is told of any write that it is none of its doing; to everybody else it is a mistake in the document.
        const status = viewer.kind === 'regulator' && path.operation === 'mutation' ? 200 : 400;
        if (plain(real) !== plain(invented) || real?.status !== status)
          wrong.push(`${type.name}: ${plain(real).slice(0, 300)} / ${plain(invented).slice(0, 300)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('introspection shows what the token could open, and not a name more', async () => {
    const viewer = viewerOf(role);
    const { data } = await ask(viewer, '{ __schema { types { name fields(includeDeprecated: true) { name } } } }');
    const types = (data?.['__schema'] as { types: { name: string; fields: { name: string }[] | null }[] }).types;
    const shown = new Set(types.flatMap(({ name, fields }) => (fields ?? []).map((field) => `${name}.${field.name}`)));
    const wrong: string[] = [];
    for (const type of objects())
      for (const { name, type: target } of Object.values(type.getFields())) {
        const coordinate = `${type.name}.${name}`;
        counts.checks += 1;
        if (closes(coordinate, viewer) !== null && shown.has(coordinate)) wrong.push(`shown: ${coordinate}`);
        // An open field whose type has nothing open is left out, and so is a type that no open field leads to.
        if (
          closes(coordinate, viewer) === null &&
          !shown.has(coordinate) &&
          types.some((one) => one.name === type.name) &&
          types.some((one) => one.name === getNamedType(target).name)
        )
          wrong.push(`missing: ${coordinate}`);
      }
    for (const [coordinate, rule] of table)
      if (rule.classes.includes('INTERNAL') && shown.has(coordinate)) wrong.push(`internal: ${coordinate}`);
    expect(wrong).toEqual([]);
    const through = await ask(viewer, '{ _entities(representations: []) { __typename } _service { sdl } }');
    expect(through.status).toBe(400);
  });
});

describe('straight at a subgraph', () => {
  test.each(lines.map(({ name }) => name))(
    '%s: with a signed principal of every role, roots and entities answer by the table',
    async (name) => {
      const line = lines.find((candidate) => candidate.name === name) as (typeof lines)[number];
      const built = buildSubgraph(await loadSubgraph(line));
      const own = readAccess(parse(built.sdl)).table;
      const execute = straight.get(name) as RunningSubgraph['execute'];
      const wrong: string[] = [];
      const check = async (
        role: string,
        coordinate: string,
        query: string,
        where: readonly string[],
        variables?: Record<string, unknown>,
      ): Promise<void> => {
        const rule = own.get(coordinate);
        if (!rule) throw new Error(coordinate);
        const viewer = viewerOf(role);
        const { data, errors } = await execute({ query, variables }, viewer);
        const code = decide(rule, viewer);
        counts.checks += 1;
        counts.straight += 1;
        reached.add(coordinate);
        for (const alias of ['a', 'b', 'c']) {
          const place = [...where, alias];
          const error = said(errors, place);
          const value = valueAt(data, place);
          if (code !== null && value !== undefined && value !== null)
            wrong.push(`${role} ${coordinate} as ${alias}: closed, and answered ${JSON.stringify(value)}`);
          // A field that may not be null takes its record with it, and only one of its errors is kept.
          if (code !== null && where.length === 0 && !errors?.some(({ extensions }) => extensions?.['code'] === code))
            wrong.push(`${role} ${coordinate} as ${alias}: ${JSON.stringify(errors)}`);
          const gate = cellOf(rule, roles.get(role) as Viewer, where.length === 0);
          if (
            gate === 'open' &&
            ['UNAUTHENTICATED', 'FORBIDDEN_FIELD'].includes(String(error?.extensions?.['code'])) &&
            error?.extensions?.['coordinate'] === coordinate
          )
            wrong.push(`${role} ${coordinate} as ${alias}: open, and refused`);
        }
      };
      const written = (type: string, field: GraphQLField<unknown, unknown>): string =>
        `a: ${fieldText(field)} ... on ${type} { b: ${fieldText(field)} } ...F`;
      for (const role of roles.keys()) {
        for (const [operation, root] of [
          ['query', built.schema.getQueryType()],
          ['mutation', built.schema.getMutationType()],
        ] as const)
          for (const field of Object.values(root?.getFields() ?? {}).filter((one) => !one.name.startsWith('_')))
            await check(
              role,
              `${root?.name}.${field.name}`,
              `${operation} { ${written(root?.name ?? '', field)} } fragment F on ${root?.name} { c: ${fieldText(field)} }`,
              [],
            );
        for (const { type, key } of entitiesOf(name, built.sdl)) {
          const object = built.schema.getType(type) as GraphQLObjectType;
          const representations = [...(keys.get(type) ?? [])].slice(0, 2).map((value) => ({ __typename: type, [key]: value }));
          for (const field of Object.values(object.getFields()))
            await check(
              role,
              `${type}.${field.name}`,
              `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${written(type, field)} } } } fragment F on ${type} { c: ${fieldText(field)} }`,
              ['_entities'],
              { r: representations },
            );
        }
      }
      expect(wrong).toEqual([]);
    },
  );
});

/** The first value that is there under a path, over all positions of lists on the way. */
function valueAt(data: unknown, [first, ...rest]: readonly string[]): unknown {
  if (Array.isArray(data))
    return data.map((each) => valueAt(each, [first as string, ...rest])).find((value) => value !== undefined && value !== null);
  if (first === undefined) return data;
  if (typeof data !== 'object' || data === null) return undefined;
  const below = (data as Record<string, unknown>)[first];
  return rest.length === 0 ? below : valueAt(below, rest);
}

test('no way leads to so many fields, and no more: whoever adds one says why', () => {
  // Streams are another protocol; what opens and closes them is asked in test/gateway/subscriptions.
  const isStream = (coordinate: string): boolean => coordinate.startsWith('Subscription.');
  const unreached = [...table].filter(
    ([coordinate, rule]) => !reached.has(coordinate) && !rule.classes.includes('INTERNAL') && !isStream(coordinate),
  );
  expect(unreached.map(([coordinate]) => coordinate)).toEqual([]);
});
