import { buildSchema, type OperationDefinitionNode, parse } from 'graphql';
import { type Decided, maxDecisionBytes, maxDocumentBytes, openDecisions } from '../../../gateway/access/decisions.js';
import { standings } from '../../../gateway/access/standing.js';
import { readAccess } from '../../../schema/access.js';
import { viewers } from '../../support/viewers.js';

const open = '@policy(policies: [["class:PUBLIC"]])';
const sdl = `type Query { a: A ${open} } type A { id: ID ${open} name: String @requiresScopes(scopes: [["x"]]) a: A ${open} }`;
const schema = buildSchema(`directive @policy(policies: [[String!]!]!) on OBJECT | FIELD_DEFINITION
  directive @requiresScopes(scopes: [[String!]!]!) on OBJECT | FIELD_DEFINITION ${sdl}`);
const { table } = readAccess(parse(sdl));
const asked = (text: string, variables: Record<string, unknown> = {}, operationName?: string): Decided => {
  const document = parse(text);
  return {
    queryHash: text,
    document,
    operation: document.definitions[0] as OperationDefinitionNode,
    request: { variables, operationName },
  };
};
/** Of what comes once there is room for a quarter as much beside what is in use. */
const maxBytes = (maxDecisionBytes + maxDocumentBytes) * 1.25;
const opened = () => openDecisions(schema, table, standings(table));

test('a decision is made once per document, standing and values, and what is open weighs as much as its names', () => {
  const decisions = opened();
  const text = 'query ($x: Boolean!) { a { id name @include(if: $x) } }';
  const someone = viewers.partner('telecom', []);
  const closed = decisions.of(asked(text, { x: true }), someone);
  expect(closed.kind).toBe('partly');
  expect(decisions.of(asked(text, { x: true }), viewers.partner('banking', []))).toBe(closed);
  expect(decisions.of(asked(text, { x: false }), someone).kind).toBe('open');
  expect(decisions.of(asked(text, { x: true }), viewers.partner('telecom', ['x'])).kind).toBe('open');
  const { bytes } = decisions;
  expect(bytes).toBeGreaterThan(0);
  for (let index = 0; index < 100; index += 1) decisions.of(asked(`{ a { id a${index}: id } }`), someone);
  expect(decisions.bytes).toBeLessThan(bytes + 100 * 100);
});

test('whoever sends many large documents with all values of their conditions fills no more than there is room, and drives out nobody', () => {
  const decisions = opened();
  const regular = asked('{ a { id name } }');
  const kept = decisions.of(regular, viewers.anonymous);
  decisions.of(regular, viewers.anonymous);
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  let most = 0;
  let made = 0;
  for (let index = 0; index < 15; index += 1) {
    const text = `query (${names.map((name) => `$${name}: Boolean!`).join(' ')}) { __type(name: "A") { name }
      ${names.map((name) => `${name}: a @skip(if: $${name}) { ${'id '.repeat(70)} }`).join(' ')} n${index}: a { id } }`;
    for (let values = 0; values < 64; values += 1) {
      const variables = Object.fromEntries(names.map((name, bit) => [name, (values & (1 << bit)) !== 0]));
      // Asked for twice, each is kept among the regulars.
      const flood = asked(text, variables);
      for (let times = 0; times < 2; times += 1) made += decisions.of(flood, viewers.anonymous).kind === 'partly' ? 1 : 0;
      most = Math.max(most, decisions.bytes);
      expect(decisions.of(regular, viewers.anonymous)).toBe(kept);
    }
  }
  expect(made).toBe(15 * 64 * 2);
  expect(most).toBeGreaterThan(maxDecisionBytes / 2);
  expect(most).toBeLessThanOrEqual(maxBytes);
});

test('names of operations and of their conditions fill no more than there is room, however long they are', () => {
  const decisions = opened();
  const [count, length] = [300, 45_000];
  for (let index = 0; index < count; index += 1) {
    const name = `${'x'.repeat(length)}${index}`;
    const text = `query ${name}($${name}: Boolean!) { a @include(if: $${name}) { id } }`;
    const named = { ...asked(text, { [name]: true }, name), queryHash: String(index) };
    // Asked for twice, each is kept among the regulars.
    for (let times = 0; times < 2; times += 1) expect(decisions.of(named, viewers.anonymous).kind).toBe('open');
  }
  expect(decisions.bytes).toBeGreaterThan(count * length + maxDocumentBytes / 2);
  expect(decisions.bytes).toBeLessThanOrEqual(count * (length + 1_000) + maxDocumentBytes * 1.25);
});
