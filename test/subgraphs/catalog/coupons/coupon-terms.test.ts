import fc from 'fast-check';
import {
  coolingOffEnd,
  type CouponFacts,
  restoredUntil,
  stateOf,
  termsProblem,
  useOf,
} from '../../../../subgraphs/catalog/coupons/coupon-terms.js';

const at = new Date('2026-11-21T12:00:00Z');
const ms = (n: number): Date => new Date(at.getTime() + n);
const coupon = (facts: Partial<CouponFacts> = {}): CouponFacts => ({
  thresholdFen: 500_000n,
  faceFen: 100_000n,
  scope: 'ONE',
  acceptors: ['insurer'],
  validUntil: ms(1),
  usedAt: null,
  revokedAt: null,
  ...facts,
});

/** A31, B23, I9, I17. */
test.each`
  what                         | facts                                          | basket      | shop          | outcome
  ${'M-Zhao'}                  | ${{}}                                          | ${500_000n} | ${'insurer'}  | ${'400000'}
  ${'more than the threshold'} | ${{}}                                          | ${500_001n} | ${'insurer'}  | ${'400001'}
  ${'one fen below'}           | ${{}}                                          | ${499_999n} | ${'insurer'}  | ${'BELOW_THRESHOLD 1'}
  ${'an empty basket'}         | ${{}}                                          | ${0n}       | ${'insurer'}  | ${'BELOW_THRESHOLD 500000'}
  ${'M-Sun, half the price'}   | ${{ thresholdFen: 20_000n, faceFen: 10_000n }} | ${20_000n}  | ${'insurer'}  | ${'10000'}
  ${'all of the price'}        | ${{ thresholdFen: 100_000n }}                  | ${100_000n} | ${'insurer'}  | ${'0'}
  ${'another shop'}            | ${{}}                                          | ${500_000n} | ${'retailer'} | ${'WRONG_SHOP'}
  ${'one of the group'}        | ${{ scope: 'GROUP', acceptors: ['a', 'b'] }}   | ${500_000n} | ${'b'}        | ${'400000'}
  ${'none of the group'}       | ${{ scope: 'GROUP', acceptors: ['a', 'b'] }}   | ${500_000n} | ${'c'}        | ${'WRONG_SHOP'}
  ${'everywhere'}              | ${{ scope: 'ALL', acceptors: [] }}             | ${500_000n} | ${'c'}        | ${'400000'}
  ${'at its end'}              | ${{ validUntil: at }}                          | ${500_000n} | ${'insurer'}  | ${'COUPON_EXPIRED'}
  ${'used'}                    | ${{ usedAt: ms(-1) }}                          | ${500_000n} | ${'insurer'}  | ${'COUPON_SPENT'}
  ${'returned'}                | ${{ revokedAt: ms(-1) }}                       | ${500_000n} | ${'insurer'}  | ${'COUPON_SPENT'}
`('$what: $outcome', ({ facts, basket, shop, outcome }) => {
  const use = useOf(coupon(facts as Partial<CouponFacts>), basket as bigint, shop as string, at);
  const text = use.kind === 'used' ? String(use.payFen) : use.code === 'BELOW_THRESHOLD' ? `${use.code} ${use.missingFen}` : use.code;
  expect(text).toBe(outcome);
});

test('usable up to its last instant, and expired at the first one after', () => {
  expect([stateOf(coupon(), at), stateOf(coupon({ validUntil: at }), at)]).toEqual(['USABLE', 'EXPIRED']);
  expect(coolingOffEnd(at, 15).toISOString()).toBe('2026-12-06T12:00:00.000Z');
  expect([restoredUntil(ms(10), at, 5), restoredUntil(ms(2), at, 5), restoredUntil(ms(-9), at, 5)]).toEqual([ms(10), ms(5), ms(5)]);
});

test.each`
  change                                | problem
  ${{}}                                 | ${null}
  ${{ faceFen: 0n }}                    | ${/at least 1 fen/}
  ${{ thresholdFen: 99_999n }}          | ${/no more off/}
  ${{ acceptors: [] }}                  | ${/names one/}
  ${{ acceptors: ['a', 'b'] }}          | ${/names one/}
  ${{ scope: 'GROUP', acceptors: [] }}  | ${/names its/}
  ${{ scope: 'ALL', acceptors: ['a'] }} | ${/names no/}
  ${{ validDays: 0 }}                   | ${/36500/}
  ${{ coolingOffDays: 366 }}            | ${/365/}
`('terms with $change: $problem', ({ change, problem }) => {
  const terms = { thresholdFen: 500_000n, faceFen: 100_000n, scope: 'ONE' as const, acceptors: ['a'], validDays: 1, coolingOffDays: 0 };
  const found = termsProblem({ ...terms, ...(change as object) });
  if (problem === null) expect(found).toBeNull();
  else expect(found).toMatch(problem as RegExp);
});

test('nobody ever pays less than nothing, or saves other than the face', () => {
  const amount = fc.bigInt({ min: 1n, max: 10_000_000n });
  fc.assert(
    fc.property(amount, amount, amount, (a, b, basketFen) => {
      const [faceFen, thresholdFen] = a < b ? [a, b] : [b, a];
      const use = useOf(coupon({ faceFen, thresholdFen }), basketFen, 'insurer', at);
      if (use.kind === 'used') expect([use.payFen >= 0n, basketFen - use.payFen]).toEqual([true, faceFen]);
      else expect(basketFen < thresholdFen).toBe(true);
    }),
    { seed: 31, numRuns: 300 },
  );
});
