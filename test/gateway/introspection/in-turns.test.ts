import { buildSchema, execute, executeSync, getIntrospectionQuery, type GraphQLSchema, parse } from 'graphql';
import { inTurns } from '../../../gateway/introspection/in-turns.js';

const many = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');
const schema = buildSchema(`
  type Query { node(id: ID!, by: Order = { field: NAME, also: [SIZE] }, old: Int @deprecated(reason: "no more")): Node thing: Thing ${many(60, (index) => `f${index}: [Thing!]!`)} }
  type Mutation { write(thing: ThingInput = { orders: [{ field: SIZE }] }): Thing }
  interface Node { id: ID! }
  type Thing implements Node { id: ID! name: String order(by: Field = SIZE): Field gone: Int @deprecated(reason: "gone") ${many(20, (index) => `t${index}: Thing`)} }
  type Other implements Node { id: ID! thing: Thing }
  union Any = Thing | Other
  input Order { field: Field! = NAME also: [Field!] = [NAME] }
  input ThingInput { orders: [Order!] }
  enum Field { NAME SIZE OLD @deprecated }
`);
const wide = `{ __type(name: "Query") { ${many(10, (index) => `a${index}: fields { type { kind ofType { ofType { ofType { fields { name type { kind name } } } } } } }`)} } }`;

test.each`
  what                          | text
  ${'what tools ask'}           | ${getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true })}
  ${'one type'}                 | ${'{ __type(name: "Thing") { name fields(includeDeprecated: true) { name deprecationReason } some: fields { name } interfaces { fields { name } } } }'}
  ${'default values'}           | ${'{ __type(name: "Query") { fields { args(includeDeprecated: true) { name defaultValue } } } b: __type(name: "Order") { inputFields { name defaultValue } } }'}
  ${'an enum'}                  | ${'{ __type(name: "Field") { enumValues { name } all: enumValues(includeDeprecated: true) { name isDeprecated } } }'}
  ${'an interface and a union'} | ${'{ a: __type(name: "Node") { possibleTypes { name fields { name } } } b: __type(name: "Any") { possibleTypes { name } } }'}
  ${'types about types'}        | ${'{ __type(name: "__Type") { fields { name type { name ...T } } } c: __type(name: "nothing") { name } } fragment T on __Type { kind }'}
  ${'the roots'}                | ${'{ __schema { queryType { name fields { name } } mutationType { fields { name args { defaultValue } } } subscriptionType { name } } ... on Query { t: __typename } }'}
  ${'a wide type many times'}   | ${wide}
`('$what is told as graphql-js tells it', async ({ text }) => {
  const document = parse(text as string);
  const told = await execute({ schema: inTurns(schema), document });
  expect(JSON.stringify(told)).toBe(JSON.stringify(executeSync({ schema, document })));
});

async function turnsOf(asked: GraphQLSchema, text: string): Promise<number> {
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await execute({ schema: asked, document: parse(text) });
  isOver = true;
  return turns;
}

test('the fields of a wide type are told in many turns, by whatever way it is reached', async () => {
  expect(await turnsOf(schema, wide)).toBeLessThan(3);
  // Ten times 62 fields, each with the 23 of another type.
  expect(await turnsOf(inTurns(schema), wide)).toBeGreaterThan((10 * 60 * 23) / 40);
  for (const way of ['possibleTypes', 'possibleTypes { interfaces { possibleTypes { name } } } more: possibleTypes'])
    expect(
      await turnsOf(
        inTurns(schema),
        `{ __type(name: "Node") { ${way} { ${many(20, (index) => `a${index}: fields { type { fields { name } } }`)} } } }`,
      ),
    ).toBeGreaterThan(100);
});
