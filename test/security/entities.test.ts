import { isObjectType, parse } from 'graphql';
import pg from 'pg';
import { readAccess } from '../../schema/access.js';
import { subgraphsOf } from '../../schema/roster.js';
import type { SubgraphAnswer } from '../../schema/transport.js';
import type { Viewer } from '../../schema/viewer.js';
import { buildSubgraph } from '../../subgraphs/kernel/subgraph.js';
import { loadSubgraph } from '../../subgraphs/serve.js';
import { fieldText } from '../support/documents.js';
import { addRows, entitiesOf, type EntityType, realKeys, unknownKey } from '../support/entities.js';
import { openTestGraph, type TestGraph } from '../support/graph.js';
import { seedTestGraph } from '../support/seed.js';
import { viewers } from '../support/viewers.js';

/** `_entities` of every subgraph, asked straight, in the name of somebody whose business the record is not. */
const lines = subgraphsOf(false);
let graph: TestGraph;
let keys: ReadonlyMap<string, readonly string[]>;
const statements: string[] = [];
const query = pg.Client.prototype.query;
beforeAll(async () => {
  process.env['TONGDUI_LOG'] ??= 'silent';
  graph = await openTestGraph();
  await seedTestGraph(graph);
  await addRows(graph);
  keys = await realKeys(
    graph,
    lines.map(({ name }) => name),
  );
  pg.Client.prototype.query = function counted(this: unknown, ...parts: unknown[]) {
    const [statement] = parts as [string | { text?: string }];
    statements.push(typeof statement === 'string' ? statement : (statement.text ?? '?'));
    return (query as (...all: unknown[]) => unknown).apply(this, parts);
  } as typeof query;
});
afterAll(async () => {
  pg.Client.prototype.query = query;
  await graph.close();
});

const definitions = await Promise.all(lines.map(async (line) => ({ line, built: buildSubgraph(await loadSubgraph(line)) })));
const entities = definitions.flatMap(({ line, built }) =>
  entitiesOf(line.name, built.sdl).map((entity) => Object.assign(entity, { built })),
);
const isPublic = ({ type, built }: (typeof entities)[number]): boolean => {
  const { table } = readAccess(parse(built.sdl));
  return [...table].every(
    ([coordinate, rule]) => !coordinate.startsWith(`${type}.`) || rule.classes.every((name) => name === 'PUBLIC' || name === 'FINANCE'),
  );
};

/** No part of any record of the seed. */
const strangers: readonly (readonly [string, Viewer])[] = [
  ['anonymous', viewers.anonymous],
  ['another member', viewers.member('01a20000-0000-7000-8000-000000000000')],
  ['a partner of none of it', viewers.partner('edu')],
  ['its system without scopes', viewers.partner('edu', [])],
  ['its staff', viewers.partnerStaff('edu')],
  ['its staff with every scope', { ...viewers.partnerStaff('edu'), scopes: viewers.staff().scopes }],
];

async function ask(
  { subgraph, type, key, built }: (typeof entities)[number],
  viewer: Viewer,
  value: string,
): Promise<{ answer: SubgraphAnswer; count: number }> {
  const object = built.schema.getType(type);
  if (!isObjectType(object)) throw new Error(type);
  const fields = Object.values(object.getFields())
    .map((field) => fieldText(field))
    .join(' ');
  statements.length = 0;
  const answer = await graph.subgraph(subgraph).execute(
    {
      query: `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on ${type} { ${fields} } } }`,
      variables: { representations: [{ __typename: type, [key]: value }] },
    },
    viewer,
  );
  return { answer, count: statements.length };
}

const asKey = (value: unknown, key: string): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(key, 'KEY')
      .replaceAll(/"id":"[0-9a-f-]{36}"/g, '"id":"MASKED"'),
  );

test('there is a real record of every entity', () => {
  expect(entities.length).toBeGreaterThan(20);
  expect(entities.filter(({ type }) => !keys.has(type)).map(({ type }) => type)).toEqual([]);
});

const closed: readonly EntityType[] = entities.filter((entity) => !isPublic(entity));

test.each(closed.map((entity) => [`${entity.subgraph}.${entity.type}`, entity] as const))(
  "%s: a stranger's record and none at all are alike, in content and in work",
  async (_name, entity) => {
    const differences: string[] = [];
    for (const [who, viewer] of strangers) {
      for (const real of (keys.get(entity.type) ?? []).slice(0, 3)) {
        const unknown = unknownKey(real);
        const known = await ask(entity as (typeof entities)[number], viewer, real);
        const none = await ask(entity as (typeof entities)[number], viewer, unknown);
        if (JSON.stringify(asKey(known.answer, real)) !== JSON.stringify(asKey(none.answer, unknown)))
          differences.push(`${who}: ${JSON.stringify(known.answer)} / ${JSON.stringify(none.answer)}`);
        if (known.count !== none.count) differences.push(`${who}: ${known.count} statements / ${none.count}`);
      }
    }
    expect(differences).toEqual([]);
  },
);

test.each(definitions.map(({ line }) => line.name))(
  '%s: more than 200 representations are refused, also over several aliases',
  async (name) => {
    const subgraph = graph.subgraph(name);
    const [entity] = entitiesOf(name, subgraph.sdl);
    const nobody = { __typename: entity?.type, [entity?.key ?? '']: '01a20000-0000-7000-8000-000000000000' };
    const many = (count: number): object[] => Array.from({ length: count }, () => nobody);
    const asked = (document: string, variables: Record<string, unknown>): Promise<SubgraphAnswer> =>
      subgraph.execute({ query: document, variables }, viewers.staff());
    const one = 'query ($a: [_Any!]!) { _entities(representations: $a) { __typename } }';
    expect((await asked(one, { a: many(201) })).errors).toMatchObject([
      { path: ['_entities'], extensions: { code: 'BAD_INPUT', argument: 'representations' } },
    ]);
    const two =
      'query ($a: [_Any!]!, $b: [_Any!]!) { a: _entities(representations: $a) { __typename } b: _entities(representations: $b) { __typename } }';
    expect((await asked(two, { a: many(101), b: many(100) })).errors).toMatchObject([{ path: ['b'], extensions: { code: 'BAD_INPUT' } }]);
    expect(JSON.stringify((await asked(one, { a: many(200) })).errors ?? [])).not.toContain('BAD_INPUT');
  },
);
