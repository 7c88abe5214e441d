import fc from 'fast-check';
import { expiryOf, type ExpiryRule } from '../../../../subgraphs/ledger/points/expiry.js';

const policy = (mode: ExpiryRule['mode'], months: number | null, more: Partial<ExpiryRule> = {}): ExpiryRule => ({
  mode,
  months,
  roundToMonthEnd: false,
  roundToYearEnd: false,
  monthDay: null,
  zone: 'Asia/Shanghai',
  ...more,
});
const calendar = (monthDay: string, months = 0): ExpiryRule => policy('CALENDAR', months, { monthDay });
const yearEnd = policy('ROLLING', 12, { roundToYearEnd: true });
const monthEnd = policy('ROLLING', 1, { roundToMonthEnd: true });

test.each`
  what                                  | rule                     | from                           | expires
  ${'the end of the year a year on'}    | ${yearEnd}               | ${'2026-01-01T00:00:00+08:00'} | ${'2028-01-01T00:00:00+08:00'}
  ${'one second before midnight of it'} | ${yearEnd}               | ${'2026-12-31T23:59:59+08:00'} | ${'2028-01-01T00:00:00+08:00'}
  ${'at midnight'}                      | ${yearEnd}               | ${'2027-01-01T00:00:00+08:00'} | ${'2029-01-01T00:00:00+08:00'}
  ${'the end of a month with 29 days'}  | ${monthEnd}              | ${'2028-01-31T10:00:00+08:00'} | ${'2028-03-01T00:00:00+08:00'}
  ${'the end of a month with 28 days'}  | ${monthEnd}              | ${'2027-01-31T10:00:00+08:00'} | ${'2027-03-01T00:00:00+08:00'}
  ${'a fixed day still to come'}        | ${calendar('12-31')}     | ${'2026-12-31T23:59:59+08:00'} | ${'2027-01-01T00:00:00+08:00'}
  ${'a fixed day just over'}            | ${calendar('12-31')}     | ${'2027-01-01T00:00:00+08:00'} | ${'2028-01-01T00:00:00+08:00'}
  ${'one second after'}                 | ${calendar('12-31')}     | ${'2027-01-01T00:00:01+08:00'} | ${'2028-01-01T00:00:00+08:00'}
  ${'a year at the least'}              | ${calendar('12-31', 12)} | ${'2026-11-21T10:00:00+08:00'} | ${'2028-01-01T00:00:00+08:00'}
  ${'a day in summer, earned before'}   | ${calendar('06-30')}     | ${'2026-06-30T23:59:59+08:00'} | ${'2026-07-01T00:00:00+08:00'}
  ${'a day in summer, earned after'}    | ${calendar('06-30')}     | ${'2026-07-01T00:00:00+08:00'} | ${'2027-07-01T00:00:00+08:00'}
  ${'29 February in a leap year'}       | ${calendar('02-29')}     | ${'2028-02-28T12:00:00+08:00'} | ${'2028-03-01T00:00:00+08:00'}
  ${'29 February in a common year'}     | ${calendar('02-29')}     | ${'2027-02-28T12:00:00+08:00'} | ${'2027-03-01T00:00:00+08:00'}
  ${'28 February in a leap year'}       | ${calendar('02-28')}     | ${'2028-02-28T23:59:59+08:00'} | ${'2028-02-29T00:00:00+08:00'}
  ${'on the 29th of it'}                | ${calendar('02-28')}     | ${'2028-02-29T00:00:00+08:00'} | ${'2029-03-01T00:00:00+08:00'}
  ${'sliding, from the activity'}       | ${policy('SLIDING', 12)} | ${'2028-02-29T10:00:00+08:00'} | ${'2029-02-28T10:00:00+08:00'}
`('$what: from $from until before $expires', ({ rule, from, expires }) =>
  expect(expiryOf(rule, new Date(from as string))).toEqual(new Date(expires as string)),
);

test('points always live on for a while, and never past the next such day', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 28 }),
      fc.nat(36),
      (from, month, day, months) => {
        const monthDay = `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        const expires = expiryOf(calendar(monthDay, months), from) as Date;
        const least = expiryOf(policy('ROLLING', months), from) as Date;
        expect(expires > least).toBe(true);
        expect(expires.getTime() - least.getTime()).toBeLessThanOrEqual(366 * 86_400_000);
        expect(new Date(expires.getTime() - 1 + 8 * 3_600_000).toISOString().slice(5, 10)).toBe(monthDay);
      },
    ),
    { seed: 12 },
  );
});
