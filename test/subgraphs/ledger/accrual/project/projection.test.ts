import fc from 'fast-check';
import { rational } from '../../../../../subgraphs/kernel/rational.js';
import { type Plan, project, type Terms, type Threshold } from '../../../../../subgraphs/ledger/accrual/project/projection.js';
import type { Rule } from '../../../../../subgraphs/ledger/accrual/rules.js';
import type { ExpiryRule } from '../../../../../subgraphs/ledger/points/expiry.js';
import { base } from '../rule-builders.js';

const policy = (more: Partial<ExpiryRule> = {}): ExpiryRule => ({
  mode: 'NONE',
  months: null,
  roundToMonthEnd: false,
  roundToYearEnd: false,
  monthDay: null,
  zone: 'Asia/Shanghai',
  ...more,
});
const terms = (rules: readonly Rule[], valueFen: bigint, more: Partial<ExpiryRule> = {}): Terms => ({
  rulesAt: () => rules,
  policy: policy(more),
  value: rational(valueFen),
});
const plan = (monthlyFen: number, thresholds: readonly Threshold[], more: Partial<Plan> = {}): Plan => ({
  from: new Date('2026-01-15T10:00:00+08:00'),
  months: 12,
  monthlyFen: BigInt(monthlyFen),
  facts: {},
  openingPoints: 0n,
  thresholds,
  ...more,
});
const maintenance: Threshold = { name: 'maintenance', points: 5_000n, fen: 50_000n, use: 'REDEEM' };
const garage = terms([base(1, 100)], 10n, { mode: 'ROLLING', months: 24 });

test('1,000 yuan a month: a free maintenance in months 5 and 10; 1,000.00 realised, 2,000 points or 200.00 left, 1,200.00 in all', () => {
  const { reached, ...found } = project(plan(100_000, [maintenance]), garage);
  expect(reached.map(({ month, at, times }) => [month, at.toISOString(), times])).toEqual([
    [5, '2026-05-15T02:00:00.000Z', 1n],
    [10, '2026-10-15T02:00:00.000Z', 1n],
  ]);
  expect(found).toMatchObject({
    earnedPoints: 12_000n,
    expiredPoints: 0n,
    realisedFen: 100_000n,
    residualPoints: 2_000n,
    residualFen: 20_000n,
  });
  expect(found.months.map(({ availablePoints }) => Number(availablePoints))).toEqual([
    1_000, 2_000, 3_000, 4_000, 0, 1_000, 2_000, 3_000, 4_000, 0, 1_000, 2_000,
  ]);
});

const credit: Threshold = { name: 'phone credit', points: 1_000n, fen: 1_000n, use: 'CREDIT' };
test.each`
  basis      | granted    | applied    | unused    | earned     | residual
  ${'GROSS'} | ${12_000n} | ${11_000n} | ${1_000n} | ${12_000n} | ${0n}
  ${'NET'}   | ${11_000n} | ${10_000n} | ${1_000n} | ${11_000n} | ${0n}
`('a bill of 100.00 at 10 points per yuan, $basis: $granted granted, $applied applied, $unused unused', (row) => {
  const rule = base(10, 100, { basis: row.basis as 'GROSS' | 'NET' });
  const found = project(plan(10_000, [credit]), terms([rule], 1n));
  expect(found.credit).toEqual({ grantedFen: row.granted, appliedFen: row.applied, unusedFen: row.unused });
  expect(found).toMatchObject({ earnedPoints: row.earned, residualPoints: row.residual, realisedFen: row.applied });
});

test('a true 1 % is 100 points a month and 12.00 a year', () => {
  const found = project(plan(10_000, [{ ...credit, points: 100n, fen: 100n }]), terms([base(1, 100, { basis: 'GROSS' })], 1n));
  expect(found).toMatchObject({ earnedPoints: 1_200n, credit: { grantedFen: 1_200n, appliedFen: 1_100n, unusedFen: 100n } });
});

test.each`
  what                                     | of                                                         | thresholds                                                          | reached   | left
  ${'the first that fits is had first'}    | ${plan(100_000, [])}                                       | ${[maintenance, { ...maintenance, name: 'tyre', points: 10_000n }]} | ${'5 10'} | ${2_000n}
  ${'only noted, once, and nothing spent'} | ${plan(100_000, [])}                                       | ${[{ ...maintenance, use: 'NOTE' }]}                                | ${'5'}    | ${12_000n}
  ${'several at once'}                     | ${plan(1_100_000, [], { months: 1 })}                      | ${[maintenance]}                                                    | ${'1x2'}  | ${1_000n}
  ${'with points that were there'}         | ${plan(100_000, [], { openingPoints: 4_000n, months: 6 })} | ${[maintenance]}                                                    | ${'1 6'}  | ${0n}
  ${'one point short'}                     | ${plan(99_900, [], { months: 5 })}                         | ${[{ ...maintenance, points: 4_996n }]}                             | ${''}     | ${4_995n}
`('$what: $reached', ({ of, thresholds, reached, left }) => {
  const found = project({ ...(of as Plan), thresholds: thresholds as Threshold[] }, garage);
  expect(found.reached.map(({ month, times }) => (times === 1n ? `${month}` : `${month}x${times}`)).join(' ')).toBe(reached);
  expect(found.residualPoints).toBe(left);
});

test.each`
  what                                | rules                                           | expiry                                     | months | earned     | expired   | available
  ${'three months of life'}           | ${[base(1, 100)]}                               | ${{ mode: 'ROLLING', months: 3 }}          | ${12}  | ${12_000n} | ${9_000n} | ${3_000n}
  ${'renewed by every purchase'}      | ${[base(1, 100)]}                               | ${{ mode: 'SLIDING', months: 3 }}          | ${12}  | ${12_000n} | ${0n}     | ${12_000n}
  ${'at the end of every June'}       | ${[base(1, 100)]}                               | ${{ mode: 'CALENDAR', monthDay: '06-30' }} | ${12}  | ${12_000n} | ${6_000n} | ${6_000n}
  ${'usable 40 days later'}           | ${[base(1, 100, { pendingDays: 40 })]}          | ${{ mode: 'NONE' }}                        | ${12}  | ${12_000n} | ${0n}     | ${10_000n}
  ${'waiting for what never happens'} | ${[base(1, 100, { pendingEvent: 'E' })]}        | ${{ mode: 'NONE' }}                        | ${12}  | ${12_000n} | ${0n}     | ${0n}
  ${'a cap of the year'}              | ${[base(1, 100, { yearlyCapPoints: 2_500n })]}  | ${{ mode: 'NONE' }}                        | ${13}  | ${3_500n}  | ${0n}     | ${3_500n}
  ${'a full wallet'}                  | ${[base(1, 100, { balanceCapPoints: 2_500n })]} | ${{ mode: 'NONE' }}                        | ${12}  | ${2_500n}  | ${0n}     | ${2_500n}
  ${'another event'}                  | ${[base(1, 100, { event: 'SPEND' })]}           | ${{ mode: 'NONE' }}                        | ${12}  | ${0n}      | ${0n}     | ${0n}
`('$what: $earned earned, $expired expired', ({ rules, expiry, months, earned, expired, available }) => {
  const found = project(plan(100_000, [], { months: months as number }), terms(rules as Rule[], 10n, expiry as Partial<ExpiryRule>));
  expect(found).toMatchObject({ earnedPoints: earned, expiredPoints: expired });
  expect(found.months.at(-1)?.availablePoints).toBe(available);
});

test('a plan that begins on the 31st is bought on the last day of shorter months, and goes on as it began', () => {
  const { months } = project(plan(100, [], { from: new Date('2028-01-31T10:00:00+08:00'), months: 3 }), garage);
  expect(months.map(({ at }) => at.toISOString())).toEqual([
    '2028-01-31T02:00:00.000Z',
    '2028-02-29T02:00:00.000Z',
    '2028-03-31T02:00:00.000Z',
  ]);
});

test('points earned are spent, expired or left; credit granted is applied or unused', () => {
  const use = fc.constantFrom('NOTE', 'REDEEM', 'CREDIT') as fc.Arbitrary<Threshold['use']>;
  const threshold = fc.record({ name: fc.constant('t'), points: fc.bigInt(1n, 3_000n), fen: fc.bigInt(0n, 9_000n), use });
  fc.assert(
    fc.property(
      fc.nat(200_000),
      fc.array(threshold, { maxLength: 4 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (fen, thresholds, months, life, gross) => {
        const rule = base(3, 100, { basis: gross ? 'GROSS' : 'NET' });
        const found = project(plan(fen, thresholds, { months }), terms([rule], 1n, { mode: 'ROLLING', months: life }));
        const spent = found.reached
          .filter(({ threshold: { use: of } }) => of !== 'NOTE')
          .reduce((sum, { threshold: { points }, times }) => sum + points * times, 0n);
        expect(found.earnedPoints).toBe(spent + found.expiredPoints + found.residualPoints);
        expect(found.months.every(({ cashFen, appliedFen }) => cashFen >= 0n && cashFen + appliedFen === BigInt(fen))).toBe(true);
        expect(found.credit.unusedFen >= 0n).toBe(true);
      },
    ),
    { seed: 23 },
  );
});
