import { joinEntities, splitRepresentations } from '../../gateway/representations.js';
import type { SubgraphAnswer } from '../../schema/transport.js';

const asked = (count: number) => ({ query: 'q', variables: { representations: Array.from({ length: count }, (_, id) => ({ id })), x: 1 } });
const answerTo = (representations: unknown): SubgraphAnswer => ({ data: { _entities: representations } });

test.each`
  count | parts
  ${0}  | ${[0]}
  ${3}  | ${[3]}
  ${4}  | ${[3, 1]}
  ${9}  | ${[3, 3, 3]}
  ${10} | ${[3, 3, 3, 1]}
`('$count representations go in parts of $parts, and come back in their order', ({ count, parts }) => {
  const calls = splitRepresentations(asked(count), 3);
  expect(calls.map(({ variables }) => (variables?.['representations'] as unknown[]).length)).toEqual(parts);
  expect(calls.every(({ variables }) => variables?.['x'] === 1)).toBe(true);
  const answer = joinEntities(
    calls,
    calls.map(({ variables }) => answerTo(variables?.['representations'])),
  );
  expect(answer).toEqual(answerTo(asked(count).variables.representations));
});

test('a call without representations is one call', () => {
  expect(splitRepresentations({ query: 'q' }, 3)).toEqual([{ query: 'q' }]);
});

test('a part that failed takes its places, and errors name the place in the whole', () => {
  const calls = splitRepresentations(asked(5), 2);
  const failed = { message: 'm', path: ['_entities', 1, 'name'] };
  expect(
    joinEntities(calls, [answerTo(['a', 'b']), { data: null, errors: [failed] }, { data: { _entities: ['e'] }, errors: [failed] }]),
  ).toEqual({
    data: { _entities: ['a', 'b', null, null, 'e'] },
    errors: [
      { message: 'm', path: ['_entities', 3, 'name'] },
      { message: 'm', path: ['_entities', 5, 'name'] },
    ],
  });
});
