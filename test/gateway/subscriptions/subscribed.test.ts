import { buildSchema, validate } from 'graphql';
import { operationIn, subscribed } from '../../../gateway/subscriptions/subscribed.js';

const schema = buildSchema(`
  type Query { event(id: ID!): Event  me: Me }
  type Subscription { events(after: String, types: [Kind!]): Event  me(after: String): Me }
  type Event { id: ID! data: String lots(first: Int): [Event!] }
  type Me { points: Int }
  enum Kind { A B }
`);
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

test.each([
  ['subscription { events { id } }', {}, 'query ($tongduiEvent: ID!) { events: event(id: $tongduiEvent) { id } }', { tongduiEvent: 'e1' }],
  [
    'subscription S($after: String, $n: Int = 3) { x: events(after: $after, types: [A]) { ...F } } fragment F on Event { lots(first: $n) { id } }',
    { after: 'c', n: 7 },
    'query S($n: Int = 3, $tongduiEvent: ID!) { x: event(id: $tongduiEvent) { ...F } } fragment F on Event { lots(first: $n) { id } }',
    { n: 7, tongduiEvent: 'e1' },
  ],
  [
    'subscription ($tongduiEvent: Int) { events { lots(first: $tongduiEvent) { id } } }',
    {},
    'query ($tongduiEvent: Int, $tongduiEvent_: ID!) { events: event(id: $tongduiEvent_) { lots(first: $tongduiEvent) { id } } }',
    { tongduiEvent_: 'e1' },
  ],
  ['subscription ($c: String) { me(after: $c) { points } }', { c: 'c' }, '{ me { points } }', {}],
])('%s is run as a query that fits the schema', (text, variables, query, given) => {
  const wish = subscribed(schema, { text, variables });
  expect(flat(wish.query.text)).toBe(query);
  expect(validate(schema, wish.query.document)).toEqual([]);
  expect(wish.variablesFor('e1')).toEqual(given);
});

test('arguments are read with their variables and defaults', () => {
  const wish = subscribed(schema, { text: 'subscription ($t: [Kind!] = [B]) { events(types: $t, after: "c") { id } }' });
  expect(wish.args).toEqual({ types: ['B'], after: 'c' });
});

test.each([
  ['nothing', {}, ['B']],
  ['a value', { t: 'A' }, ['A']],
])('a variable with a default may stand where null may not: %s', (_what, variables, types) => {
  const wish = subscribed(schema, { text: 'subscription ($t: Kind = B) { events(types: [$t]) { id } }', variables });
  expect(wish.args).toEqual({ types });
});

test('what it means is told for every operation of a document', () => {
  const text = 'query A { me { points } } subscription B { me { points } }';
  expect(operationIn({ text, operationName: 'A' }).isSubscription).toBe(false);
  expect(operationIn({ text, operationName: 'B' }).isSubscription).toBe(true);
  for (const operationName of [null, 'C', ''])
    expect(() => operationIn({ text, operationName })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
});

test.each([
  'subscription { events { id } me { points } }',
  'subscription { ...F } fragment F on Subscription { events { id } }',
  'subscription ($no: Boolean!) { events @skip(if: $no) { id } }',
  'subscription { events(types: [C]) { id } }',
  'subscription ($t: [Kind!]) { events(types: $t) { id } }',
  'subscription ($n: Kind = A) { events(types: [$n]) { id } }',
  'query { me { points } }',
  'subscription { __typename }',
  'subscription {',
])('%s is refused', (text) => {
  expect(() => subscribed(schema, { text, variables: { no: false, t: ['C'], n: null } })).toThrow(
    expect.objectContaining({ code: 'BAD_INPUT' }),
  );
});
