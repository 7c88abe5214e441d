import fc from 'fast-check';
import { allocatePrice, type Cohort, contractLiability, expectedRedemptions } from '../../../../subgraphs/ledger/liability/revenue.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

test.each`
  why                              | price          | points     | value         | rate       | goods         | pointsFen
  ${'IFRS 15, example 52'}         | ${10_000_000n} | ${10_000n} | ${[100n, 1n]} | ${9_500n}  | ${9_132_420n} | ${867_580n}
  ${'one point per fen at par'}    | ${1_000n}      | ${1_000n}  | ${[1n, 1n]}   | ${10_000n} | ${500n}       | ${500n}
  ${'nobody will redeem'}          | ${1_000n}      | ${1_000n}  | ${[1n, 1n]}   | ${0n}      | ${1_000n}     | ${0n}
  ${'five points for a fen'}       | ${999n}        | ${10n}     | ${[1n, 5n]}   | ${10_000n} | ${997n}       | ${2n}
  ${'half a fen stays with goods'} | ${1n}          | ${1n}      | ${[1n, 1n]}   | ${10_000n} | ${1n}         | ${0n}
  ${'nothing was paid'}            | ${0n}          | ${500n}    | ${[1n, 1n]}   | ${10_000n} | ${0n}         | ${0n}
`('$why: $price is $goods for the goods and $pointsFen for $points points', ({ price, points, value, rate, goods, pointsFen }) => {
  const [fen, per] = value as [bigint, bigint];
  expect(allocatePrice({ priceFen: price, points, value: { fen, points: per }, expectedRate: rate })).toEqual({
    goodsFen: goods,
    pointsFen,
  });
});

/** The example goes on: 4,500 points are redeemed in the first year; in the second 8,500 in all, and 9,700 are expected now. */
test.each`
  when                       | redeemed   | outstanding | rate       | liability
  ${'sold'}                  | ${0n}      | ${10_000n}  | ${9_500n}  | ${867_580n}
  ${'first year'}            | ${4_500n}  | ${5_500n}   | ${9_500n}  | ${456_622n}
  ${'new expectation'}       | ${4_500n}  | ${5_500n}   | ${9_700n}  | ${465_095n}
  ${'second year'}           | ${8_500n}  | ${1_500n}   | ${9_700n}  | ${107_330n}
  ${'as expected in all'}    | ${9_700n}  | ${300n}     | ${9_700n}  | ${0n}
  ${'more than expected'}    | ${9_900n}  | ${100n}     | ${9_700n}  | ${0n}
  ${'more than that expire'} | ${8_500n}  | ${500n}     | ${9_700n}  | ${48_199n}
  ${'all the rest expires'}  | ${8_500n}  | ${0n}       | ${9_700n}  | ${0n}
  ${'all redeemed'}          | ${10_000n} | ${0n}       | ${10_000n} | ${0n}
`('$when: $redeemed redeemed, $outstanding left, $rate expected: $liability', ({ redeemed, outstanding, rate, liability }) =>
  expect(contractLiability({ cohort: '2026-01', allocatedFen: 867_580n, issued: 10_000n, redeemed, outstanding }, rate)).toBe(liability),
);

const amount = fc.bigInt(0n, 10n ** 12n);
const cohort: fc.Arbitrary<Cohort> = fc
  .record({ redeemed: amount, outstanding: amount, gone: amount, allocatedFen: amount })
  .map(({ redeemed, outstanding, gone, allocatedFen }) => ({
    cohort: 'c',
    allocatedFen,
    redeemed,
    outstanding,
    issued: redeemed + outstanding + gone,
  }));
const rate = fc.bigInt(0n, 10_000n);

test(`the parts of a price sum to it, and the points' grows with the expectation (seed ${seed})`, () => {
  const sale = fc.record({
    priceFen: amount,
    points: amount,
    value: fc.record({ fen: fc.bigInt(1n, 1_000n), points: fc.bigInt(1n, 1_000n) }),
  });
  fc.assert(
    fc.property(sale, rate, rate, (made, one, other) => {
      const [less, more] = [one, other].sort((a, b) => (a < b ? -1 : 1)) as [bigint, bigint];
      const low = allocatePrice({ ...made, expectedRate: less });
      const high = allocatePrice({ ...made, expectedRate: more });
      expect(low.goodsFen + low.pointsFen).toBe(made.priceFen);
      expect(low.pointsFen <= high.pointsFen).toBe(true);
    }),
    { seed },
  );
});

test(`the liability lies between nothing and what was allocated, is nothing when nothing can be redeemed any more, falls with redemptions and rises with the expectation (seed ${seed})`, () => {
  fc.assert(
    fc.property(cohort, rate, rate, fc.bigInt(0n, 10n ** 12n), (made, one, other, step) => {
      const owed = contractLiability(made, one);
      expect(owed >= 0n && owed <= made.allocatedFen).toBe(true);
      expect(contractLiability({ ...made, outstanding: 0n }, one)).toBe(0n);
      const moved = step < made.outstanding ? step : made.outstanding;
      expect(contractLiability({ ...made, redeemed: made.redeemed + moved, outstanding: made.outstanding - moved }, one) <= owed).toBe(
        true,
      );
      const expected = expectedRedemptions(made, one);
      expect(expected >= made.redeemed * 10_000n && expected <= (made.redeemed + made.outstanding) * 10_000n).toBe(true);
      if (other >= one) expect(contractLiability(made, other) >= owed || expected === 0n).toBe(true);
    }),
    { seed },
  );
});
