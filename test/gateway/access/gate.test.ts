import { parse } from 'graphql';
import { viewers } from '../../support/viewers.js';
import { openSmallGraph, type SmallGraph } from './fixture.js';

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph();
});
afterAll(() => graph.close());
beforeEach(() => graph.forget());

const strong = viewers.partner('telecom');
const weak = viewers.partner('telecom', ['catalog.read']);
const paths = (errors: Awaited<ReturnType<SmallGraph['ask']>>['errors']): string[] =>
  (errors ?? []).map(({ path, extensions }) => `${(path ?? []).join('.')} ${String(extensions?.['code'])}`);

test.each`
  path                                   | document                                                                                 | data                                                                                          | closed
  ${'a field'}                           | ${'{ person { id phone } }'}                                                             | ${{ person: { id: 'p1', phone: null } }}                                                      | ${['person.phone']}
  ${'an alias, twice'}                   | ${'{ person { a: phone b: phone id } }'}                                                 | ${{ person: { a: null, b: null, id: 'p1' } }}                                                 | ${['person.a', 'person.b']}
  ${'a prototype name as alias'}         | ${'{ person { __proto__: phone constructor: name } }'}                                   | ${JSON.parse('{"person":{"__proto__":null,"constructor":"name p1"}}')}                        | ${['person.__proto__']}
  ${'an inline fragment'}                | ${'{ person { ... on Person { phone } ... { name } } }'}                                 | ${{ person: { phone: null, name: 'name p1' } }}                                               | ${['person.phone']}
  ${'a named fragment, nested'}          | ${'{ person { ...A } } fragment A on Person { ...B id } fragment B on Person { phone }'} | ${{ person: { phone: null, id: 'p1' } }}                                                      | ${['person.phone']}
  ${'a fragment on the root'}            | ${'{ ... on Query { person { phone } } }'}                                               | ${{ person: { phone: null } }}                                                                | ${['person.phone']}
  ${'a nested edge'}                     | ${'{ person { friend { friends { phone } name } } }'}                                    | ${{ person: { friend: { friends: [], name: 'name p2' } } }}                                   | ${['person.friend.friends.phone']}
  ${'a list'}                            | ${'{ people { id phone } }'}                                                             | ${{ people: ['p1', 'p2', 'p3'].map((id) => ({ id, phone: null })) }}                          | ${['people.phone']}
  ${'an interface, all objects at once'} | ${'{ node { id label } }'}                                                               | ${{ node: { id: 'p1', label: null } }}                                                        | ${['node.label']}
  ${'an object through an interface'}    | ${'{ node { ... on Person { label } } }'}                                                | ${{ node: { label: 'label p1' } }}                                                            | ${[]}
  ${'another object through it'}         | ${'{ node(id: "c1") { ... on Company { label name } ... on Person { name } } }'}         | ${{ node: { label: null, name: 'name c1' } }}                                                 | ${['node.label']}
  ${'an interface inside an object'}     | ${'{ person { ... on Node { label } } }'}                                                | ${{ person: { label: 'label p1' } }}                                                          | ${[]}
  ${'a union'}                           | ${'{ found { __typename ... on Company { label } ... on Person { phone } } }'}           | ${{ found: [{ __typename: 'Company', label: null }, { __typename: 'Person', phone: null }] }} | ${['found.label', 'found.phone']}
  ${'an interface on a union'}           | ${'{ found { ... on Node { id label } } }'}                                              | ${{ found: [{ id: 'c1', label: null }, { id: 'p2', label: null }] }}                          | ${['found.label']}
  ${'another subgraph'}                  | ${'{ person { name balance } }'}                                                         | ${{ person: { name: 'name p1', balance: null } }}                                             | ${['person.balance']}
  ${'an object that is closed as such'}  | ${'{ person { note { text } id } }'}                                                     | ${{ person: { note: null, id: 'p1' } }}                                                       | ${['person.note']}
  ${'nothing but closed fields'}         | ${'{ person { phone } }'}                                                                | ${{ person: { phone: null } }}                                                                | ${['person.phone']}
  ${'__typename beside it'}              | ${'{ t: __typename person { __typename k: __typename phone } }'}                         | ${{ t: 'Query', person: { __typename: 'Person', k: 'Person', phone: null } }}                 | ${['person.phone']}
  ${'one that may not be null'}          | ${'{ person { id friend { must } } }'}                                                   | ${{ person: { id: 'p1', friend: null } }}                                                     | ${['person.friend.must']}
  ${'the same through what may not be'}  | ${'{ person { best { best { must } } } programmes }'}                                    | ${{ person: null, programmes: ['A', 'B'] }}                                                   | ${['person.best.best.must']}
  ${'the same up to the root'}           | ${'{ programmes surely { must } }'}                                                      | ${null}                                                                                       | ${['surely.must']}
  ${'the same in a list of maybe'}       | ${'{ person { friends { must } } }'}                                                     | ${{ person: { friends: [null, null, null] } }}                                                | ${['person.friends.must']}
  ${'the same in a list of surely'}      | ${'{ person { wallets { points } id } }'}                                                | ${{ person: { wallets: null, id: 'p1' } }}                                                    | ${['person.wallets.points']}
  ${'the same on one object of several'} | ${'{ nodes { ... on Company { tax } ... on Person { id } } }'}                           | ${{ nodes: [{ id: 'p1' }, null, null, { id: 'p3' }] }}                                        | ${['nodes.tax']}
  ${'a key beside a variable'}           | ${'query ($n: Int) { people(first: $n) { id phone } }'}                                  | ${{ people: ['p1', 'p2', 'p3'].map((id) => ({ id, phone: null })) }}                          | ${['people.phone']}
`('$path: null at its place, and reported', async ({ document, data, closed }) => {
  const answer = await graph.ask(weak, document, {});
  expect(answer.data).toEqual(data);
  expect(paths(answer.errors)).toEqual((closed as string[]).map((path) => `${path} FORBIDDEN_FIELD`));
  for (const coordinate of [
    'Person.phone',
    'Person.must',
    'Person.note',
    'Person.balance',
    'Wallet.points',
    'Company.label',
    'Company.tax',
  ])
    expect(graph.resolved).not.toContain(coordinate);
  expect((await graph.ask(strong, document, {})).errors).toBeUndefined();
});

test.each`
  document                                                                                                | variables       | phone        | closed
  ${'query ($x: Boolean!) { person { id phone @include(if: $x) } }'}                                      | ${{ x: true }}  | ${null}      | ${1}
  ${'query ($x: Boolean!) { person { id phone @include(if: $x) } }'}                                      | ${{ x: false }} | ${undefined} | ${0}
  ${'query ($x: Boolean!) { person { id phone @skip(if: $x) } }'}                                         | ${{ x: true }}  | ${undefined} | ${0}
  ${'query ($x: Boolean!) { person { id phone @skip(if: $x) } }'}                                         | ${{ x: false }} | ${null}      | ${1}
  ${'query ($x: Boolean = false) { person { id ...P @include(if: $x) } } fragment P on Person { phone }'} | ${{}}           | ${undefined} | ${0}
  ${'query ($x: Boolean = false) { person { id ...P @include(if: $x) } } fragment P on Person { phone }'} | ${{ x: true }}  | ${null}      | ${1}
  ${'query ($x: Boolean!) { person { id ... @skip(if: $x) { phone } } }'}                                 | ${{ x: false }} | ${null}      | ${1}
  ${'query ($x: Boolean!) { person { id phone: name @include(if: $x) phone: name @skip(if: $x) } }'}      | ${{ x: true }}  | ${'name p1'} | ${0}
  ${'{ person { id phone @include(if: false) } }'}                                                        | ${{}}           | ${undefined} | ${0}
`('$document with $variables', async ({ document, variables, phone, closed }) => {
  for (let round = 0; round < 2; round += 1) {
    const answer = await graph.ask(weak, document, variables);
    expect(answer.data?.['person']).toEqual({ id: 'p1', ...(phone === undefined ? {} : { phone }) });
    expect(answer.errors ?? []).toHaveLength(closed);
  }
});

test('a refusal says what is closed, what would open it, and what the caller has', async () => {
  const { errors } = await graph.ask(weak, '{ person { phone } }');
  expect(errors).toEqual([
    {
      message: 'The token may not read this field.',
      path: ['person', 'phone'],
      extensions: { code: 'FORBIDDEN_FIELD', coordinate: 'Person.phone', needs: ['catalog.write:own'], has: ['catalog.read'] },
    },
  ]);
  expect((await graph.ask(viewers.anonymous, '{ me { id } asked }')).errors?.map(({ extensions }) => extensions)).toEqual([
    { code: 'UNAUTHENTICATED', coordinate: 'Query.me', needs: ['authenticated'], has: [] },
    { code: 'UNAUTHENTICATED', coordinate: 'Query.asked', needs: ['redeem.quote:own', 'me.read'], has: [] },
  ]);
});

test('scopes that no token of the kind can carry are not named', async () => {
  const { errors } = await graph.ask(viewers.member('u1', []), '{ asked }');
  expect(errors?.[0]?.extensions?.['needs']).toEqual(['me.read']);
});

test.each`
  who            | viewer               | document                                                                                                               | code
  ${'a partner'} | ${weak}              | ${'mutation { rename(id: "p1", name: "x") { id phone } }'}                                                             | ${'FORBIDDEN_OPERATION'}
  ${'a partner'} | ${weak}              | ${'mutation { a: rename(id: "p1", name: "x") { id } remove(id: "p2") { id } }'}                                        | ${'FORBIDDEN_OPERATION'}
  ${'a partner'} | ${weak}              | ${'mutation { rename(id: "p1", name: "x") { ...F } } fragment F on Node { ... on Person { best { note { text } } } }'} | ${'FORBIDDEN_OPERATION'}
  ${'nobody'}    | ${viewers.anonymous} | ${'mutation { rename(id: "p1", name: "x") { id phone } }'}                                                             | ${'UNAUTHENTICATED'}
`('a write of $who with a closed field anywhere runs nothing', async ({ viewer, document, code }) => {
  const answer = await graph.ask(viewer, document);
  expect(answer.data).toBeNull();
  expect(answer.errors).toHaveLength(1);
  expect(answer.errors?.[0]?.extensions?.['code']).toBe(code);
  expect(graph.sent).toEqual([]);
});

test('a write without a closed field runs, also where the closed one is left out by a variable', async () => {
  const document = 'mutation ($x: Boolean!) { rename(id: "p1", name: "x") { id phone @include(if: $x) } }';
  expect(await graph.ask(weak, document, { x: false })).toEqual({ data: { rename: { id: 'p1' } } });
  expect((await graph.ask(weak, document, { x: true })).data).toBeNull();
  expect(graph.sent).toHaveLength(1);
});

test('no subgraph is asked where nothing is left', async () => {
  expect((await graph.ask(viewers.anonymous, '{ me { id } asked __typename }')).data).toEqual({
    me: null,
    asked: null,
    __typename: 'Query',
  });
  expect(graph.sent).toEqual([]);
});

test('a variable that only a closed field used is refused all the same when it does not fit', async () => {
  const document = 'query ($x: Boolean!) { person { id note { text @include(if: $x) } } }';
  for (const viewer of [weak, strong]) {
    const { errors, data } = await graph.ask(viewer, document, { x: 'no' });
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  }
  expect((await graph.ask(weak, document, { x: true })).data).toEqual({ person: { id: 'p1', note: null } });
});

test('a null in a condition is refused by whoever decides the fields, too', async () => {
  const document = 'query ($x: Boolean = true) { person { id phone @skip(if: $x) } }';
  for (const viewer of [weak, strong]) {
    const { errors, data } = await graph.ask(viewer, document, { x: null });
    expect([data, errors?.[0]?.extensions?.['code']]).toEqual([undefined, 'BAD_INPUT']);
  }
  expect(graph.sent).toEqual([]);
});

test('several operations in one document are decided each for itself', async () => {
  const document = 'query A { person { phone } } query B { person { name } }';
  const run = (operationName: string) =>
    graph.supergraph.executor({
      ...context(document),
      request: { query: document, operationName },
      operation: operationsOf(document)[operationName === 'A' ? 0 : 1],
      operationName,
    } as never);
  expect((await run('A')).data).toEqual({ person: { phone: null } });
  expect((await run('B')).data).toEqual({ person: { name: 'name p1' } });
});

const context = (document: string): object => ({
  document: parse(document),
  queryHash: `hash of ${document}`,
  context: { viewer: weak, log: { warn: () => {} } },
  metrics: {},
});
const operationsOf = (document: string): unknown[] => [...parse(document).definitions];

test('viewers of one standing share a plan; others never do', async () => {
  const document = '{ person { id phone name balance } }';
  const other = viewers.partner('banking', ['catalog.read', 'events.read:own']);
  const first = await graph.ask(weak, document);
  const sentFirst = [...graph.sent];
  graph.forget();
  expect((await graph.ask(other, document)).data).toEqual(first.data);
  expect(graph.sent).toEqual(sentFirst);
  graph.forget();
  expect((await graph.ask(strong, document)).data).toEqual({ person: { id: 'p1', phone: 'phone p1', name: 'name p1', balance: 7 } });
  expect(graph.sent).not.toEqual(sentFirst);
  graph.forget();
  // After the stronger viewer's plan was made for the very same document.
  expect((await graph.ask(weak, document)).data).toEqual(first.data);
  expect(graph.sent).toEqual(sentFirst);
});

test('20,000 interleaved requests of several viewers: no cross answer', async () => {
  const document = 'query ($id: ID, $x: Boolean!) { person(id: $id) { id phone friend { must } balance @include(if: $x) } }';
  const many = [strong, weak, viewers.member('u1'), viewers.anonymous, viewers.partner('banking'), viewers.staff('finance')];
  const ids = ['p1', 'p2', 'p3'];
  const expected = new Map<string, string>();
  const askAs = async (viewer: number, id: string, x: boolean): Promise<string> => {
    const { data, errors } = await graph.ask(many[viewer] as never, document, { id, x });
    return JSON.stringify([data, paths(errors)]);
  };
  for (const id of ids)
    for (const x of [true, false])
      for (let viewer = 0; viewer < many.length; viewer += 1) expected.set(`${viewer} ${id} ${x}`, await askAs(viewer, id, x));
  expect(JSON.parse(expected.get('0 p1 true') as string)[0].person.phone).toBe('phone p1');
  expect(JSON.parse(expected.get('1 p1 true') as string)[0].person.phone).toBeNull();
  let wrong = 0;
  let turn = 1;
  const batch = 50;
  for (let done = 0; done < 20_000; done += batch) {
    await Promise.all(
      Array.from({ length: batch }, async () => {
        turn = (turn * 48_271) % 2_147_483_647;
        const [viewer, id, x] = [turn % many.length, ids[(turn >> 8) % ids.length] as string, (turn >> 16) % 2 === 0];
        if ((await askAs(viewer, id, x)) !== expected.get(`${viewer} ${id} ${x}`)) wrong += 1;
      }),
    );
  }
  expect(wrong).toBe(0);
});
