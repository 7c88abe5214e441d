import { canonical, decode, encode } from '../../../subgraphs/kernel/json.js';

test('big numbers and instants survive being stored', () => {
  const value = { points: 2n ** 60n, at: new Date('2026-11-21T10:00:00Z'), list: [1n, null, 'x'], nested: { none: null } };
  expect(decode(encode(value))).toEqual(value);
});

test.each`
  a                      | b                         | same
  ${{ a: 1, b: [1, 2] }} | ${{ b: [1, 2], a: 1 }}    | ${true}
  ${{ a: 1 }}            | ${{ a: 1, b: undefined }} | ${true}
  ${{ a: 1, b: null }}   | ${{ a: 1 }}               | ${true}
  ${{ a: 1n }}           | ${{ a: 1 }}               | ${false}
  ${{ a: [1, 2] }}       | ${{ a: [2, 1] }}          | ${false}
  ${{ a: new Date(0) }}  | ${{ a: new Date(1) }}     | ${false}
  ${{ a: '1' }}          | ${{ a: 1 }}               | ${false}
`('bodies are compared by what they say, not by the order of their keys', ({ a, b, same }) => {
  expect(canonical(a) === canonical(b)).toBe(same);
});
