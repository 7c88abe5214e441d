import { buildSchema, parse } from 'graphql';
import { closedFields } from '../../../gateway/access/closed-fields.js';
import { TooManySelections } from '../../../gateway/access/mark.js';
import { readAccess } from '../../../schema/access.js';
import { viewers } from '../../support/viewers.js';

const open = '@policy(policies: [["class:PUBLIC"]])';
const sdl = `
  interface Node { id: ID }
  interface Named implements Node { id: ID name: String }
  type Query { a: A ${open} n: Node ${open} u: AB ${open} many: [[A]] ${open} undecided: Int }
  type Mutation { write: A ${open} shut: Int @requiresScopes(scopes: [["x"]]) }
  type Subscription { follow: A ${open} }
  type A implements Node & Named { id: ID ${open} name: String @requiresScopes(scopes: [["x", "y"], ["z"]]) a: A ${open} }
  type B implements Node { id: ID @policy(policies: [["class:OWN"]]) b: A @authenticated }
  union AB = A | B
`;
const schema = buildSchema(`directive @policy(policies: [[String!]!]!) on OBJECT | FIELD_DEFINITION
  directive @requiresScopes(scopes: [[String!]!]!) on OBJECT | FIELD_DEFINITION directive @authenticated on OBJECT | FIELD_DEFINITION ${sdl}`);
const { table } = readAccess(parse(sdl));
const someone = viewers.partner('telecom', []);
const closed = (
  document: string,
  viewer: Parameters<typeof closedFields>[5],
  variables?: Record<string, unknown>,
  operation?: string,
): string[] =>
  closedFields(schema, table, parse(document), operation, variables, viewer).map(
    ({ path, coordinate, code }) => `${path.join('.')} ${coordinate} ${code}`,
  );

test.each`
  document                                                         | viewer               | expected
  ${'{ a { id } }'}                                                | ${someone}           | ${[]}
  ${'{ a { name } }'}                                              | ${someone}           | ${['a.name A.name FORBIDDEN_FIELD']}
  ${'{ a { name } }'}                                              | ${viewers.anonymous} | ${['a.name A.name UNAUTHENTICATED']}
  ${'{ x: a { y: name z: name name } }'}                           | ${someone}           | ${['x.y A.name FORBIDDEN_FIELD', 'x.z A.name FORBIDDEN_FIELD', 'x.name A.name FORBIDDEN_FIELD']}
  ${'{ a { name ... { name } ...F } } fragment F on A { name }'}   | ${someone}           | ${['a.name A.name FORBIDDEN_FIELD']}
  ${'{ many { a { name } } }'}                                     | ${someone}           | ${['many.a.name A.name FORBIDDEN_FIELD']}
  ${'{ n { id } }'}                                                | ${someone}           | ${[]}
  ${'{ n { id } }'}                                                | ${viewers.anonymous} | ${['n.id Node.id UNAUTHENTICATED']}
  ${'{ n { ... on A { id } ... on B { id b { name } } } }'}        | ${viewers.anonymous} | ${['n.id B.id UNAUTHENTICATED', 'n.b B.b UNAUTHENTICATED']}
  ${'{ n { ... on Named { id name } } }'}                          | ${viewers.anonymous} | ${['n.name Named.name UNAUTHENTICATED']}
  ${'{ u { ... on Node { id } __typename } }'}                     | ${viewers.anonymous} | ${['u.id Node.id UNAUTHENTICATED']}
  ${'{ u { ... on Named { ... on Node { id } } } }'}               | ${viewers.anonymous} | ${[]}
  ${'{ u { ... on B { b { name } } } }'}                           | ${someone}           | ${['u.b.name A.name FORBIDDEN_FIELD']}
  ${'{ undecided }'}                                               | ${someone}           | ${['undecided Query.undecided FORBIDDEN_FIELD']}
  ${'{ __schema { types { name } } __typename a { __typename } }'} | ${viewers.anonymous} | ${[]}
  ${'mutation { shut write { name } }'}                            | ${someone}           | ${['shut Mutation.shut FORBIDDEN_FIELD', 'write.name A.name FORBIDDEN_FIELD']}
  ${'subscription { follow { name } }'}                            | ${someone}           | ${['follow.name A.name FORBIDDEN_FIELD']}
`('$document as $viewer.kind', ({ document, viewer, expected }) => {
  expect(closed(document, viewer)).toEqual(expected);
});

test.each`
  scopes        | isClosed
  ${['x']}      | ${true}
  ${['x', 'y']} | ${false}
  ${['z']}      | ${false}
`('scopes $scopes against x and y, or z', ({ scopes, isClosed }) => {
  expect(closed('{ a { name } }', viewers.partner('telecom', scopes)).length > 0).toBe(isClosed);
});

test.each`
  condition                                | variables        | isClosed
  ${'@include(if: true)'}                  | ${{}}            | ${true}
  ${'@include(if: false)'}                 | ${{}}            | ${false}
  ${'@skip(if: true)'}                     | ${{}}            | ${false}
  ${'@skip(if: false) @include(if: true)'} | ${{}}            | ${true}
  ${'@skip(if: true) @include(if: true)'}  | ${{}}            | ${false}
  ${'@include(if: $x)'}                    | ${{ x: true }}   | ${true}
  ${'@include(if: $x)'}                    | ${{ x: false }}  | ${false}
  ${'@include(if: $x)'}                    | ${{}}            | ${false}
  ${'@skip(if: $x)'}                       | ${{}}            | ${true}
  ${'@include(if: $x)'}                    | ${{ x: 'text' }} | ${true}
  ${'@skip(if: $x)'}                       | ${{ x: null }}   | ${true}
`('$condition with $variables', ({ condition, variables, isClosed }) => {
  const places = [`a { name ${condition} }`, `a { ... ${condition} { name } }`, `a { ...F ${condition} }`, `a ${condition} { name }`];
  for (const place of places) {
    const document = `query ($x: Boolean = false) { ${place} } fragment F on A { name }`;
    expect(closed(document, someone, variables).length > 0).toBe(isClosed);
  }
});

test('each operation of a document for itself', () => {
  const document = 'query P { a { name } } query Q { a { id } }';
  expect(closed(document, someone, {}, 'P')).toHaveLength(1);
  expect(closed(document, someone, {}, 'Q')).toEqual([]);
});

test('a document that expands without end is given up', () => {
  const bombs = Array.from({ length: 30 }, (_, index) => `fragment F${index} on A { a { ...F${index + 1} ...F${index + 1} } }`).join(' ');
  expect(() => closed(`{ a { ...F0 } } ${bombs} fragment F30 on A { id }`, someone)).toThrow(TooManySelections);
});
