import { readFileSync } from 'node:fs';
import { Kind, parse, print } from 'graphql';
import { withNullableRoots } from '../../subgraphs/kernel/nullable-roots.js';

test('no question of the contract takes the answers to the others of its operation away', () => {
  const { definitions } = parse(readFileSync('schema/supergraph.graphql', 'utf8'));
  const roots = definitions.flatMap((type) =>
    type.kind === Kind.OBJECT_TYPE_DEFINITION && type.name.value === 'Query' ? (type.fields ?? []) : [],
  );
  const open = roots.filter(({ directives }) => !directives?.some(({ name }) => name.value === 'inaccessible'));
  expect(open.length).toBeGreaterThan(50);
  expect(open.filter(({ type }) => type.kind === Kind.NON_NULL_TYPE).map(({ name }) => name.value)).toEqual([]);
});

test('what subgraphs ask each other, what is written, and what lists hold stay as they are', () => {
  const sdl = parse('type Query { a: [Int!]! b: Int! @inaccessible c: Int } type Mutation { d: Int! } type T { e: Int! }');
  expect(print(withNullableRoots(sdl)).replaceAll(/\s+/g, ' ')).toBe(
    'type Query { a: [Int!] b: Int! @inaccessible c: Int } type Mutation { d: Int! } type T { e: Int! }',
  );
});
