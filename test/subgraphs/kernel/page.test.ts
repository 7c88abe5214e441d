import { decodeCursor, encodeCursor, pageLimit, pageOf } from '../../../subgraphs/kernel/page.js';

test.each([1, 20, 100])('%p is a page size', (first) => expect(pageLimit({ first })).toBe(first + 1));
test.each([0, -1, 101, 1.5])('%p is refused as a page size', (first) => expect(() => pageLimit({ first })).toThrow('1 to 100'));

test('a page knows whether another follows', () => {
  const page = pageOf(['a', 'b', 'c'], { first: 2 }, (row) => encodeCursor(row));
  expect(page).toMatchObject({ nodes: ['a', 'b'], pageInfo: { hasNextPage: true, endCursor: encodeCursor('b') } });
  expect(pageOf([], { first: 2 }, String).pageInfo).toEqual({ hasNextPage: false, endCursor: null });
});

test('a cursor survives, and what is no cursor of the list is refused', () => {
  expect(decodeCursor(encodeCursor('x', '7'), 2)).toEqual(['x', '7']);
  expect(decodeCursor(undefined, 2)).toBeNull();
  for (const stale of ['', 'zzz', encodeCursor('x'), Buffer.from('{"a":1}').toString('base64url')])
    expect(() => decodeCursor(stale, 2)).toThrow('not a cursor');
});
