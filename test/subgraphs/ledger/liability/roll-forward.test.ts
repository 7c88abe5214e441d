import fc from 'fast-check';
import { contractLiability } from '../../../../subgraphs/ledger/liability/revenue.js';
import { type ExpiringCohort, rollForward, type State, type Stretch } from '../../../../subgraphs/ledger/liability/roll-forward.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const none: State = { points: { issued: 0n, redeemed: 0n, returned: 0n, expired: 0n, clawedBack: 0n, adjusted: 0n }, cohorts: [] };

/** Points all sold in one month. */
const state = (issued: bigint, redeemed: bigint, expired: bigint, soldFen: bigint): State => ({
  points: { ...none.points, issued, redeemed, expired },
  cohorts:
    issued === 0n
      ? []
      : [{ cohort: 'c', issued, redeemed, outstanding: issued - redeemed - expired, expired, soldFen, allocatedFen: soldFen }],
});

test('the example year by year: sold, redeemed, expected otherwise, and the rest gone', () => {
  const [start, sold, first, second] = [
    none,
    state(10_000n, 0n, 0n, 867_580n),
    state(10_000n, 4_500n, 0n, 867_580n),
    state(10_000n, 8_500n, 0n, 867_580n),
  ];
  const end = state(10_000n, 9_500n, 500n, 867_580n);
  expect(rollForward(9_500n, [{ rate: 9_500n, from: start, until: first }])).toEqual({
    points: { opening: 0n, issued: 10_000n, redeemed: 4_500n, returned: 0n, expired: 0n, clawedBack: 0n, adjusted: 0n, closing: 5_500n },
    fen: { opening: 0n, issued: 867_580n, reversed: 0n, redeemed: 410_958n, expired: 0n, reestimated: 0n, closing: 456_622n },
    catchUps: [0n],
  });
  // The new expectation comes with the end of the year; what it changes in hindsight is not revenue of the redemptions.
  const year2: Stretch[] = [
    { rate: 9_500n, from: first, until: second },
    { rate: 9_700n, from: second, until: second },
  ];
  const { fen, catchUps } = rollForward(9_500n, year2);
  expect(catchUps).toEqual([0n, 16_005n]);
  expect(fen).toEqual({
    opening: 456_622n,
    issued: 0n,
    reversed: 0n,
    redeemed: 365_297n,
    expired: 0n,
    reestimated: 16_005n,
    closing: 107_330n,
  });
  expect(rollForward(9_700n, [{ rate: 9_700n, from: second, until: end }]).fen).toMatchObject({
    opening: 107_330n,
    redeemed: 89_441n,
    expired: 17_889n,
    closing: 0n,
  });
  expect(sold.cohorts[0] && contractLiability(sold.cohorts[0], 9_500n)).toBe(867_580n);
});

interface Step {
  readonly what: 'sell' | 'redeem' | 'return' | 'expire' | 'claw' | 'estimate' | 'close';
  readonly n: bigint;
  readonly cohort: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('sell', 'sell', 'redeem', 'redeem', 'return', 'expire', 'claw', 'estimate', 'close'),
  n: fc.bigInt(0n, 10_000n),
  cohort: fc.nat(2),
});

test(`whatever happens, every period adds up, the next opens as it closed, and when nothing is left nothing is owed and all was revenue (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let now: State = none;
      let rate = 10_000n;
      let before = rate;
      let stretches: Stretch[] = [];
      let from = now;
      let closing = 0n;
      let revenue = 0n;
      const cut = (): void => {
        stretches.push({ rate, from, until: now });
        from = now;
      };
      const close = (): void => {
        cut();
        const { points, fen } = rollForward(before, stretches);
        expect(fen.opening).toBe(closing);
        expect(fen.opening + fen.issued - fen.reversed - fen.redeemed - fen.expired + fen.reestimated).toBe(fen.closing);
        const { opening, issued, redeemed, returned, expired, clawedBack, adjusted } = points;
        expect(opening + issued - redeemed + returned - expired - clawedBack + adjusted).toBe(points.closing);
        expect(fen.expired >= 0n && fen.closing >= 0n).toBe(true);
        closing = fen.closing;
        revenue += fen.redeemed + fen.expired - fen.reestimated;
        [before, stretches, from] = [rate, [], now];
      };
      const apply = ({ what, n, cohort: which }: Step): void => {
        const name = `c${which}`;
        const blank: ExpiringCohort = {
          cohort: name,
          issued: 0n,
          redeemed: 0n,
          outstanding: 0n,
          expired: 0n,
          soldFen: 0n,
          allocatedFen: 0n,
        };
        const one = now.cohorts.find(({ cohort }) => cohort === name) ?? blank;
        const { points } = now;
        const put = (changed: Partial<ExpiringCohort>, moved: Partial<State['points']>): void => {
          now = {
            points: { ...points, ...moved },
            cohorts: [...now.cohorts.filter(({ cohort }) => cohort !== name), { ...one, ...changed }],
          };
        };
        const some = n < one.outstanding ? n : one.outstanding;
        if (what === 'sell')
          put(
            {
              issued: one.issued + n,
              outstanding: one.outstanding + n,
              soldFen: one.soldFen + n / 3n,
              allocatedFen: one.allocatedFen + n / 3n,
            },
            { issued: points.issued + n },
          );
        else if (what === 'redeem')
          put({ redeemed: one.redeemed + some, outstanding: one.outstanding - some }, { redeemed: points.redeemed + some });
        else if (what === 'expire')
          put({ expired: one.expired + some, outstanding: one.outstanding - some }, { expired: points.expired + some });
        else if (what === 'return') {
          const back = n < one.redeemed ? n : one.redeemed;
          put({ redeemed: one.redeemed - back, outstanding: one.outstanding + back }, { returned: points.returned + back });
        } else if (what === 'claw')
          put(
            { issued: one.issued - some, outstanding: one.outstanding - some, allocatedFen: one.allocatedFen - one.allocatedFen / 4n },
            { clawedBack: points.clawedBack + some },
          );
        else if (what === 'estimate') {
          cut();
          rate = n;
        } else close();
      };
      for (const one of steps) apply(one);
      for (const { cohort } of now.cohorts) apply({ what: 'redeem', n: 10n ** 9n, cohort: Number(cohort.slice(1)) });
      close();
      expect(closing).toBe(0n);
      expect(revenue).toBe(now.cohorts.reduce((sum, { allocatedFen }) => sum + allocatedFen, 0n));
    }),
    { seed },
  );
});
