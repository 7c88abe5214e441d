import { readFileSync } from 'node:fs';
import { Kind, parse, print } from 'graphql';
import { compose, readSupergraph } from '../../schema/compose.js';
import { limitsShape, usualLimits } from '../../schema/limits.js';
import { readSettings } from '../../schema/settings.js';
import { subgraphHead } from '../../schema/subgraph-head.js';
import { readWeights } from '../../schema/weights.js';
import { weights as dear } from '../../schema/field-weights.js';

const open = '@policy(policies: [["class:PUBLIC"]])';
const composed = (...sdl: string[]) => compose(sdl.map((text, index) => ({ name: `s${index}`, sdl: `${subgraphHead} ${text}` })));

test('weights and sizes of the subgraphs come through composition, the dearest of those who share a field', () => {
  const { weights } = composed(
    `type Query { a: Int ${open} @shareable @cost(weight: 3) page(first: Int! = 20, q: String @cost(weight: 5)): T ${open} @listSize(slicingArguments: ["first"], sizedFields: ["nodes"], requireOneSlicingArgument: false) } type T @shareable @cost(weight: 2) { nodes: [Int] ${open} }`,
    `type Query { a: Int ${open} @shareable @cost(weight: 7) }`,
  );
  expect(weights.types.get('T')).toBe(2);
  expect(weights.fields.get('Query.a')).toMatchObject({ weight: 7 });
  expect(weights.fields.get('Query.page')).toEqual({
    argumentWeights: new Map([['q', 5]]),
    list: { assumed: undefined, slicing: ['first'], sized: ['nodes'] },
  });
});

test.each`
  where                    | sdl
  ${'a scalar'}            | ${`type Query { a: S ${open} } scalar S @cost(weight: 2)`}
  ${'an enum'}             | ${`type Query { a: E ${open} } enum E @cost(weight: 2) { X }`}
  ${'a field of an input'} | ${`type Query { a(i: I): Int ${open} } input I { x: Int @cost(weight: 2) }`}
`('a weight on $where would be counted by nobody and is refused', ({ sdl }) => {
  expect(() => composed(sdl as string)).toThrow(/@cost is counted on objects/);
});

test('a weight under another name is refused', () => {
  const link = 'schema @link(url: "https://specs.apollo.dev/cost/v0.1", import: [{ name: "@cost", as: "@price" }]) { query: Query }';
  expect(() => readWeights(parse(`${link} type Query { a: Int @price(weight: 3) }`))).toThrow(/under these names only/);
});

test('every field of the contract that answers with a page says how long the page is', () => {
  const { supergraphSdl, weights } = readSupergraph(readFileSync('schema/supergraph.graphql', 'utf8'));
  const pages = parse(supergraphSdl).definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION
      ? (definition.fields ?? [])
          .filter(({ type }) => /Connection!?$/.test(print(type)))
          .map(({ name }) => `${definition.name.value}.${name.value}`)
      : [],
  );
  expect(pages.length).toBeGreaterThan(20);
  expect(pages.filter((page) => weights.fields.get(page)?.list?.slicing[0] !== 'first')).toEqual([]);
});

test.each`
  given                                 | problem
  ${'{'}                                | ${'must be a JSON object'}
  ${'{"depth": 0}'}                     | ${'is at least 1 (depth)'}
  ${'{"depth": "12"}'}                  | ${'is a whole number (depth)'}
  ${'{"deepness": 12}'}                 | ${'deepness'}
  ${'{"budgets": {"member": 1000000}}'} | ${'a budget above the burst'}
`('TONGDUI_LIMITS=$given is named', ({ given, problem }) => {
  expect(() => readSettings({ TONGDUI_SANDBOX: '1', TONGDUI_LIMITS: given as string }, ['gateway'])).toThrow(problem as string);
});

test('what is not said is as it usually is', () => {
  const { limits } = readSettings({ TONGDUI_SANDBOX: '1', TONGDUI_LIMITS: '{"depth": 14, "budgets": {"member": 3000}}' }, ['gateway']);
  expect(limits).toEqual({ ...usualLimits, depth: 14, budgets: { ...usualLimits.budgets, member: 3_000 } });
  expect(limitsShape.parse({})).toEqual(usualLimits);
});

test('modes of registered documents are read, or named', () => {
  const modesOf = (text: string) => readSettings({ TONGDUI_SANDBOX: '1', TONGDUI_DOCUMENT_MODES: text }, ['gateway']).persisted.modes;
  expect(modesOf('member=enforce, telecom=log')).toEqual(
    new Map([
      ['member', 'enforce'],
      ['telecom', 'log'],
    ]),
  );
  expect(() => modesOf('member=on')).toThrow('TONGDUI_DOCUMENT_MODES: must be NAME=off|log|enforce');
});

/** What the gateway answers itself has its weights in its own schema. */
const ofTheGateway = {
  'Query.explain': 10,
  'Query.personaDiff': 20,
  'Query.events': 5,
  'Query.event': 2,
  'Mutation.setWebhook': 20,
  'Mutation.resumeWebhook': 20,
  'Mutation.testWebhook': 100,
};

test('what is dear is a field of the contract, and says so there; nothing else has a weight', () => {
  const { weights } = readSupergraph(readFileSync('schema/supergraph.graphql', 'utf8'));
  const said = Object.fromEntries([...weights.fields].flatMap(([field, { weight }]) => (weight === undefined ? [] : [[field, weight]])));
  expect(said).toEqual({ ...dear, ...ofTheGateway });
  expect([...weights.types]).toEqual([]);
});

test('every one of them may be asked by whom it is for', () => {
  for (const [field, weight] of Object.entries(dear)) {
    expect([field, weight <= usualLimits.budgets.staff]).toEqual([field, true]);
    // What members and partners may ask by themselves.
    if (
      /^(Member|Me)\.|\.(split|redeemable|exportSection|quote|hold|redeem|claim|capture|returnLines|exportMember|eraseMember|statement)$/.test(
        field,
      )
    )
      expect([field, weight * 20 <= usualLimits.budgets.partner && weight <= usualLimits.budgets.member]).toEqual([field, true]);
  }
});
