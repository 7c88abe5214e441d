import { testIds } from '../../support/subgraph.js';
import { decodeCursor, decodeIdCursor, encodeCursor, openCursor, pageLimit, pageOf, sealCursor } from '../../../subgraphs/kernel/page.js';

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
  for (const stale of ['', 'zzz', encodeCursor('x'), encodeCursor('x', '\0'), Buffer.from('{"a":1}').toString('base64url')])
    expect(() => decodeCursor(stale, 2)).toThrow('not a cursor');
});

test('a list that is ordered by uuid takes nothing else out of a cursor', () => {
  const id = '01900000-0000-7000-8000-000000000001';
  expect([decodeIdCursor(encodeCursor(id)), decodeIdCursor(null)]).toEqual([id, undefined]);
  for (const stale of ['', encodeCursor('x'), encodeCursor(id, id), encodeCursor(`${id}'`)])
    expect(() => decodeIdCursor(stale)).toThrow('not a cursor');
});

test('a sealed cursor says nothing, and only its reader hands it back', () => {
  const uid = '01900000-0000-7000-8000-000000000001';
  const cursor = sealCursor(testIds, uid, 'list telecom');
  expect(Buffer.from(cursor, 'base64url').toString()).not.toContain(uid);
  expect(openCursor(testIds, cursor, 'list telecom')).toBe(uid);
  expect(openCursor(testIds, undefined, 'list telecom')).toBeNull();
  for (const [other, reader] of [
    [cursor, 'list banking'],
    [cursor, 'other telecom'],
    [`${cursor}x`, 'list telecom'],
    [encodeCursor(uid), 'list telecom'],
    ['', 'list telecom'],
  ] as const)
    expect(() => openCursor(testIds, other, reader)).toThrow('not a cursor');
});
