import fc from 'fast-check';
import { nextTier, potentialOf } from '../../../../subgraphs/members/tiers/potential.js';

const terms = { ratioBasisPoints: 20_000, minimumFen: 0n };
const windows = (beforeFen: bigint, recentFen: bigint, beforeCount = 1, recentCount = 1) => ({
  memberUid: 'cao',
  beforeFen,
  beforeCount,
  recentFen,
  recentCount,
});

test.each`
  before      | recent      | minimum     | ratio
  ${300_000n} | ${750_000n} | ${0n}       | ${25_000n}
  ${300_000n} | ${600_000n} | ${0n}       | ${20_000n}
  ${300_000n} | ${599_999n} | ${0n}       | ${null}
  ${3n}       | ${7n}       | ${0n}       | ${23_333n}
  ${0n}       | ${750_000n} | ${0n}       | ${null}
  ${1n}       | ${750_000n} | ${750_000n} | ${7_500_000_000n}
  ${1n}       | ${749_999n} | ${750_000n} | ${null}
`('$before fen, then $recent with $minimum at least: $ratio', ({ before, recent, minimum, ratio }) => {
  expect(potentialOf(windows(before, recent), { ...terms, minimumFen: minimum })?.ratioBasisPoints ?? null).toBe(ratio);
});

test('more frequent purchases are a reason beside the spending, and never one without it', () => {
  expect(potentialOf(windows(100n, 250n, 2, 5), terms)?.reasons).toEqual([
    { code: 'SPEND', before: 100n, recent: 250n },
    { code: 'FREQUENCY', before: 2n, recent: 5n },
  ]);
  expect(potentialOf(windows(100n, 250n, 5, 5), terms)?.reasons).toHaveLength(1);
  expect(potentialOf(windows(100n, 150n, 1, 50), terms)).toBeNull();
});

test('spending more never takes anybody off the list', () => {
  const fen = fc.bigInt({ min: 0n, max: 10n ** 12n });
  fc.assert(
    fc.property(fen, fen, fen, (before, recent, more) => {
      if (potentialOf(windows(before, recent), terms) !== null) expect(potentialOf(windows(before, recent + more), terms)).not.toBeNull();
    }),
    { seed: 20261122 },
  );
});

const ladder = ['base', 'silver', 'gold'].map((id, rank) => ({ id, rank }));
test.each([
  [null, 'silver'],
  ['base', 'silver'],
  ['silver', 'gold'],
  ['gold', null],
])('from %s one step up is %s', (from, to) => {
  expect(nextTier(ladder.toReversed(), from)?.id ?? null).toBe(to);
});
