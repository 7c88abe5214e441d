import fc from 'fast-check';
import { buildSchema, getIntrospectionQuery, getOperationAST, parse, validate } from 'graphql';
import { compileCost } from '../../../gateway/limits/cost.js';
import { readWeights } from '../../../schema/weights.js';

const sdl = `
directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
type Query {
  item: Item
  items: [Item!]!
  few: [Item!] @listSize(assumedSize: 2)
  some(count: Int): [Item!] @listSize(slicingArguments: ["count"], assumedSize: 7)
  page(first: Int! = 20, after: String): ItemConnection! @listSize(slicingArguments: ["first"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)
  heavy(deep: Boolean @cost(weight: 30)): Int @cost(weight: 50)
  dear: Dear
  thing: Thing
  things: [Thing!] @listSize(assumedSize: 3)
  names: [String!]
}
type Mutation { write: Item heavyWrite: Item @cost(weight: 100) many: Namespace }
type Namespace { write: Item }
type Item { id: ID! name: Name parent: Item page(first: Int! = 20): ItemConnection! @listSize(slicingArguments: ["first"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false) }
type Name { zh: String en: String }
type Dear @cost(weight: 9) { id: ID! }
type ItemConnection { edges: [ItemEdge!]! nodes: [Item!]! pageInfo: PageInfo! }
type ItemEdge { cursor: String! node: Item! }
type PageInfo { endCursor: String }
interface Node { id: ID! }
type A implements Node { id: ID! name: Name item: Item }
type B implements Node { id: ID! }
union Thing = A | B
`;
const schema = buildSchema(sdl);
const weights = readWeights(parse(sdl));
const costOf = (text: string, variables: Record<string, unknown> = {}, operationName?: string): number => {
  const document = parse(text, { noLocation: true });
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error('no operation');
  return compileCost(schema, { weights, assumedList: 5, write: 10 }, document, operation)(variables);
};

test.each`
  text                                                                                   | cost
  ${'{ __typename }'}                                                                    | ${0}
  ${'{ names }'}                                                                         | ${0}
  ${'{ item { id } }'}                                                                   | ${1}
  ${'{ item { id name { zh } } }'}                                                       | ${2}
  ${'{ a: item { id } b: item { id } }'}                                                 | ${2}
  ${'{ items { id name { zh } } }'}                                                      | ${10}
  ${'{ few { id name { zh } } }'}                                                        | ${4}
  ${'{ some { id } }'}                                                                   | ${7}
  ${'{ some(count: 3) { id } }'}                                                         | ${3}
  ${'{ page { nodes { id } } }'}                                                         | ${21}
  ${'{ page { edges { cursor node { id } } } }'}                                         | ${41}
  ${'{ page(first: 100) { nodes { id } pageInfo { endCursor } } }'}                      | ${102}
  ${'{ page(first: 0) { nodes { id } } }'}                                               | ${1}
  ${'{ page(first: -5) { nodes { id } } }'}                                              | ${1}
  ${'{ page(first: 100) { nodes { page(first: 100) { nodes { id } } } } }'}              | ${1 + 100 * (1 + 1 + 100)}
  ${'{ heavy }'}                                                                         | ${50}
  ${'{ heavy(deep: true) }'}                                                             | ${80}
  ${'{ dear { id } }'}                                                                   | ${9}
  ${'{ thing { __typename } }'}                                                          | ${1}
  ${'{ thing { ... on A { name { zh } item { id } } ... on B { id } } }'}                | ${3}
  ${'{ things { ... on Node { id } ... on A { name { zh } } } }'}                        | ${6}
  ${'{ thing { ...N } } fragment N on Node { id ... on A { item { id } } }'}             | ${2}
  ${'mutation { write { id } }'}                                                         | ${10}
  ${'mutation { a: write { id name { zh } } b: write { id } }'}                          | ${21}
  ${'mutation { heavyWrite { id } }'}                                                    | ${100}
  ${'{ item @skip(if: true) { id } a: item @include(if: false) { id } b: item { id } }'} | ${1}
`('$text costs $cost', ({ text, cost }) => {
  expect(validate(schema, parse(text as string))).toEqual([]);
  expect(costOf(text as string)).toBe(cost);
});

test.each`
  variables               | cost
  ${{}}                   | ${21}
  ${{ n: null }}          | ${21}
  ${{ n: 7 }}             | ${8}
  ${{ n: 1_000_000 }}     | ${1_000_001}
  ${{ n: -3 }}            | ${1}
  ${{ n: '50' }}          | ${21}
  ${{ n: [50] }}          | ${21}
  ${{ n: Infinity }}      | ${21}
  ${{ n: 7, x: false }}   | ${0}
  ${{ n: 7, x: true }}    | ${8}
  ${{ n: 7, x: 'false' }} | ${8}
`('with $variables a page costs $cost', ({ variables, cost }) => {
  expect(costOf('query ($n: Int! = 20, $x: Boolean = true) { page(first: $n) @include(if: $x) { nodes { id } } }', variables)).toBe(cost);
});

test.each`
  condition             | variables         | cost
  ${'@skip(if: $x)'}    | ${{}}             | ${0}
  ${'@skip(if: $x)'}    | ${{ x: true }}    | ${0}
  ${'@skip(if: $x)'}    | ${{ x: false }}   | ${8}
  ${'@skip(if: $x)'}    | ${{ x: null }}    | ${8}
  ${'@skip(if: $x)'}    | ${{ x: 'true' }}  | ${8}
  ${'@include(if: $x)'} | ${{}}             | ${8}
  ${'@include(if: $x)'} | ${{ x: false }}   | ${0}
  ${'@include(if: $x)'} | ${{ x: null }}    | ${8}
  ${'@include(if: $x)'} | ${{ x: 'false' }} | ${8}
`('only the value that leaves out makes $condition free: $variables, $cost', ({ condition, variables, cost }) => {
  const text = `query ($x: Boolean = true) { page(first: 7) ${condition} { nodes { id } } }`;
  expect(validate(schema, parse(text))).toEqual([]);
  expect(costOf(text, variables)).toBe(cost);
});

test('a null in place of a size is no default of the variable: whoever runs it takes it for what its argument says', () => {
  const text = 'query ($n: Int = 1) { page(first: $n) { nodes { id } } some(count: $n) { id } }';
  expect(validate(schema, parse(text))).toEqual([]);
  expect(costOf(text)).toBe(2 + 1);
  expect(costOf(text, { n: null })).toBe(21 + 7);
});

test('a fragment costs where it is used, for as many as are asked there', () => {
  const text = `query ($n: Int!) { a: page(first: $n) { ...P } b: page(first: 3) { ...P } c: page(first: $n) { ...P } }
    fragment P on ItemConnection { nodes { ...I page(first: 2) { ...P2 } } } fragment P2 on ItemConnection { edges { node { ...I } } } fragment I on Item { name { zh } }`;
  const one = (n: number): number => 1 + n * (1 + 1 + 1 + 2 * (1 + 1 + 1));
  expect(costOf(text, { n: 10 })).toBe(2 * one(10) + one(3));
});

test('fragments that double 300 times are priced at once, as more than anybody has', () => {
  const bomb = `query ($n: Int!) { item { ...F0 } } ${Array.from({ length: 300 }, (_, index) => `fragment F${index} on Item { page(first: $n) { nodes { id } } a: parent { ...F${index + 1} } b: parent { ...F${index + 1} } }`).join(' ')} fragment F300 on Item { id }`;
  expect(costOf(bomb, { n: 2 })).toBe(Number.MAX_SAFE_INTEGER);
});

test('of several operations the one that runs is priced', () => {
  const text = 'query A { item { id } } query B { items { id } }';
  expect([costOf(text, {}, 'A'), costOf(text, {}, 'B')]).toEqual([1, 5]);
});

test('introspection has its price, whatever it is called', () => {
  const whole = costOf(getIntrospectionQuery());
  expect(whole).toBeGreaterThan(500);
  expect(whole).toBeLessThan(1_000);
  expect(costOf('{ x: __schema { types { fields { type { fields { type { fields { name } } } } } } } }')).toBeGreaterThan(100);
  expect(costOf('{ __type(name: "Item") { name } }')).toBe(1);
});

test('whoever names a type pays for as many fields as the longest has, each time', () => {
  // Ten fields of `Query`, each with the five of a type that nobody knows: 0.02 of a unit for every object.
  const fields = 'fields { type { fields { name } } }';
  expect(costOf(`{ __type(name: "Query") { ${fields} } }`)).toBe(Math.ceil(0.02 * (1 + 10 * (1 + 1 + 5))));
  const many = Array.from({ length: 20 }, (_, index) => `a${index}: ${fields}`).join(' ');
  expect(costOf(`{ __type(name: "Query") { ${many} } }`)).toBe(Math.ceil(0.02 * (1 + 20 * 10 * (1 + 1 + 5))));
  expect(costOf(`{ __schema { queryType { ...F } } } fragment F on __Type { ${many} }`)).toBe(
    Math.ceil(0.02 * (2 + 20 * 10 * (1 + 1 + 5))),
  );
});

test('a price never falls when more is asked', () => {
  const part = fc.constantFrom(
    'item { id }',
    'items { name { zh } }',
    'page(first: 3) { nodes { id } }',
    'dear { id }',
    'things { ... on A { name { zh } } }',
    'page(first: $n) { edges { node { parent { id } } } }',
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), part, fc.nat(100), (parts, more, n) => {
      const write = (all: readonly string[]): string => `query ($n: Int!) { ${all.map((one, index) => `x${index}: ${one}`).join(' ')} }`;
      const inFragments = `query ($n: Int!) { ${parts.map((_, index) => `...F${index}`).join(' ')} } ${parts.map((one, index) => `fragment F${index} on Query { x${index}: ${one} }`).join(' ')}`;
      const before = costOf(write(parts), { n });
      expect(costOf(write([...parts, more]), { n })).toBeGreaterThanOrEqual(before);
      expect(costOf(inFragments, { n })).toBe(before);
      expect(costOf(write(parts), { n: n + 1 })).toBeGreaterThanOrEqual(before);
    }),
    { numRuns: 200, seed: 20_261_121 },
  );
});
