import fc from 'fast-check';
import { buildSchema, getVariableValues, type OperationDefinitionNode, parse } from 'graphql';
import { plainVariables } from '../../../gateway/execution/plain-variables.js';

const schema = buildSchema(`
  scalar Fen
  enum Colour { RED BLUE }
  input Wish { id: ID! n: Int = 1 }
  type Query { a: Int }
`);
const types = ['Int', 'Float', 'String', 'Boolean', 'ID', 'Fen', 'Colour', 'Wish', '[Int]', '[Colour!]', '[[ID!]!]', 'Nothing', 'Query'];
const value = fc.letrec((tie) => ({
  one: fc.oneof(
    fc.constantFrom(
      null,
      true,
      'RED',
      'GREEN',
      '1',
      '',
      0,
      -0,
      1.5,
      2_147_483_647,
      2_147_483_648,
      -2_147_483_648,
      -2_147_483_649,
      Number.NaN,
      Infinity,
      undefined,
    ),
    fc.array(tie('one'), { maxLength: 2 }),
    fc.constantFrom({}, { id: 'x' }, { id: null }, { id: 'x', other: 1 }),
  ),
})).one;
const declared = fc.tuple(fc.constantFrom(...types), fc.boolean(), fc.boolean());

test('what surely fits is never refused by graphql', () => {
  let sure = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(declared, fc.option(value)), { minLength: 1, maxLength: 2 }), (given) => {
      const text = given.map(
        ([[type, required, hasDefault]], index) => `$v${index}: ${type}${required ? '!' : ''}${hasDefault ? ' = null' : ''}`,
      );
      const operation = parse(`query (${text.join(' ')}) { a }`).definitions[0] as OperationDefinitionNode;
      const definitions = operation.variableDefinitions ?? [];
      const variables = Object.fromEntries(given.flatMap(([, one], index) => (one === null ? [] : [[`v${index}`, one]])));
      if (!plainVariables(schema, definitions)(variables)) return;
      sure += 1;
      expect(getVariableValues(schema, definitions, variables).errors).toBeUndefined();
    }),
    { numRuns: 5_000, seed: 3 },
  );
  expect(sure).toBeGreaterThan(300);
});

test.each([
  ['$n: Int!', { n: 20 }, true],
  ['$n: Int!', {}, false],
  ['$n: Int', {}, true],
  ['$n: Int! = 5', {}, true],
  ['$n: Int! = 5', { n: null }, false],
  ['$c: [Colour!]!', { c: ['RED', 'BLUE'] }, true],
  ['$c: [Colour!]!', { c: ['RED', null] }, false],
  ['$f: Fen!', { f: '12' }, true],
  ['$w: Wish!', { w: { id: 'x' } }, false],
  ['$n: Int', { n: '__proto__' }, false],
])('%s of %j surely fit: %s', (text, variables, expected) => {
  const operation = parse(`query (${text}) { a }`).definitions[0] as OperationDefinitionNode;
  expect(plainVariables(schema, operation.variableDefinitions ?? [])(variables)).toBe(expected);
});
