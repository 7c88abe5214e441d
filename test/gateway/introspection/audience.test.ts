import { getIntrospectionQuery, validateSchema } from 'graphql';
import { audiences } from '../../../gateway/introspection/audience.js';
import { viewers } from '../../support/viewers.js';
import { openSmallGraph, type SmallGraph } from '../access/fixture.js';

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph();
});
afterAll(() => graph.close());

const strong = viewers.partner('telecom');
const weak = viewers.partner('telecom', ['catalog.read']);
const member = viewers.member('u1');
const admin = viewers.staff('admin');
const regulator = viewers.regulator;

interface Shown {
  readonly __schema: { readonly types: readonly { readonly name: string; readonly fields: readonly { readonly name: string }[] | null }[] };
}
const shownTo = async (viewer: typeof strong): Promise<Record<string, string[]>> => {
  const { data } = await graph.ask(viewer, '{ __schema { types { name fields { name } } } }');
  const { types } = (data as unknown as Shown).__schema;
  return Object.fromEntries(
    types.filter(({ name }) => !name.startsWith('__')).map(({ name, fields }) => [name, (fields ?? []).map((field) => field.name)]),
  );
};

test('introspection shows what this token could ever open', async () => {
  const full = await shownTo(strong);
  expect(full['Person']).toEqual(['id', 'label', 'name', 'phone', 'must', 'friend', 'friends', 'best', 'note', 'balance', 'wallets']);
  const less = await shownTo(weak);
  expect(less['Person']).toEqual(['id', 'label', 'name', 'friend', 'friends', 'best', 'wallets']);
  expect(less['Node']).toEqual(['id']);
  expect(less['Wallet']).toEqual(['programme']);
  expect(less['Query']).not.toContain('asked');
  expect((await shownTo(viewers.anonymous))['Query']).not.toContain('me');
  expect((await shownTo(member))['Query']).toContain('asked');
  expect((await shownTo(regulator))['Person']).toContain('file');
});

test('a type that only closed fields lead to is gone, with what only it leads to', async () => {
  const less = await shownTo(weak);
  for (const name of ['Note', 'Case', 'CaseState', 'FieldOutcomes', 'PersonaOutcome']) expect(less).not.toHaveProperty(name);
  const most = await shownTo(admin);
  for (const name of ['Note', 'Case', 'CaseState', 'FieldOutcomes', 'PersonaOutcome']) expect(most).toHaveProperty(name);
});

test('a whole introspection answers beside data, through fragments, aliases and variables, and asks no subgraph for it', async () => {
  graph.forget();
  expect((await graph.ask(weak, getIntrospectionQuery({ inputValueDeprecation: true }))).errors).toBeUndefined();
  expect(graph.sent).toEqual([]);
  const document = `query ($all: Boolean!) { ...Q person { name phone } t: __type(name: "Person") { ...T } gone: __type(name: "Case") { name } }
    fragment Q on Query { s: __schema { queryType { name } } } fragment T on __Type { name fields(includeDeprecated: $all) { name } }`;
  const { data, errors } = await graph.ask(weak, document, { all: true });
  expect(data).toEqual({
    s: { queryType: { name: 'Query' } },
    person: { name: 'name p1', phone: null },
    t: { name: 'Person', fields: ['id', 'label', 'name', 'friend', 'friends', 'best', 'wallets'].map((name) => ({ name })) },
    gone: null,
  });
  expect(errors).toHaveLength(1);
});

test.each(audiences)('what %s may know is a valid schema', (audience) => {
  const schema = graph.supergraph.schemaOf(audience);
  expect(
    validateSchema(Object.assign(Object.create(Object.getPrototypeOf(schema) as object), schema, { __validationErrors: undefined })),
  ).toEqual([]);
});

test.each`
  who            | viewer               | hidden                                                | unknown
  ${'a partner'} | ${strong}            | ${'{ staffed { number } }'}                           | ${'{ staffex { number } }'}
  ${'a partner'} | ${strong}            | ${'{ staffed(x: 1) { nothing } }'}                    | ${'{ staffex(x: 1) { nothing } }'}
  ${'a member'}  | ${member}            | ${'{ person { phone } }'}                             | ${'{ person { phonx } }'}
  ${'a member'}  | ${member}            | ${'mutation { remove(id: "p1") { id } }'}             | ${'mutation { removx(id: "p1") { id } }'}
  ${'a member'}  | ${member}            | ${'{ node { label } }'}                               | ${'{ node { labex } }'}
  ${'nobody'}    | ${viewers.anonymous} | ${'{ person { file } }'}                              | ${'{ person { fiex } }'}
  ${'nobody'}    | ${viewers.anonymous} | ${'{ x: person { ... on Case { number } } }'}         | ${'{ x: person { ... on Casx { number } } }'}
  ${'nobody'}    | ${viewers.anonymous} | ${'query ($s: CaseState) { person { id } }'}          | ${'query ($s: CaseStatx) { person { id } }'}
  ${'a partner'} | ${strong}            | ${'{ explain(operation: "{ staffed }") { reason } }'} | ${'{ explain(operation: "{ staffex }") { reason } }'}
`('to $who $hidden is as unknown as $unknown', async ({ viewer, hidden, unknown }) => {
  graph.forget();
  const one = await graph.ask(viewer, hidden);
  const other = await graph.ask(viewer, unknown);
  const names: [string, string][] = [
    ['staffex', 'staffed'],
    ['phonx', 'phone'],
    ['removx', 'remove'],
    ['labex', 'label'],
    ['fiex', 'file'],
    ['Casx', 'Case'],
    ['CaseStatx', 'CaseState'],
  ];
  let translated = JSON.stringify(other);
  for (const [made, real] of names) translated = translated.replaceAll(made, real);
  expect(JSON.stringify(one)).toBe(translated);
  expect(one.errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  expect(graph.sent).toEqual([]);
});

test('no answer to a stranger names what is hidden, however near the guess', async () => {
  for (const guess of ['{ staffe }', '{ person { fil } }', '{ person { phon } }', '{ __type(name: "Cas") { name } }', '{ me { file2 } }']) {
    const text = JSON.stringify(await graph.ask(member, guess));
    expect(text).not.toMatch(/staffed|"file"|phone|Case|Did you mean|COMPLIANCE|compliance/);
  }
});
