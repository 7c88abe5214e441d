import fc from 'fast-check';
import { boundsOf, celebratedOn, daysToCelebrate, isGiftDue, isTriedAgain } from '../../../../subgraphs/partners/retail/gift-days.js';

test.each`
  day             | celebrated
  ${'2026-05-17'} | ${['05-17']}
  ${'2027-02-28'} | ${['02-28', '02-29']}
  ${'2028-02-28'} | ${['02-28']}
  ${'2028-02-29'} | ${['02-29']}
  ${'2027-03-01'} | ${['03-01']}
`('$day: $celebrated', ({ day, celebrated }) => expect(celebratedOn(day as string)).toEqual(celebrated));

test.each`
  day             | latest          | due
  ${'2026-05-17'} | ${null}         | ${true}
  ${'2026-05-17'} | ${'2026-05-17'} | ${false}
  ${'2026-06-17'} | ${'2026-05-17'} | ${false}
  ${'2027-01-01'} | ${'2026-12-31'} | ${false}
  ${'2027-05-16'} | ${'2026-05-17'} | ${false}
  ${'2027-05-17'} | ${'2026-05-17'} | ${true}
  ${'2027-02-28'} | ${'2026-02-28'} | ${true}
  ${'2028-02-29'} | ${'2027-02-28'} | ${true}
  ${'2029-02-28'} | ${'2028-02-29'} | ${true}
`('a gift on $day after $latest: $due', ({ day, latest, due }) => expect(isGiftDue(day as string, latest as string | null)).toBe(due));

test.each`
  last            | today           | days
  ${null}         | ${'2026-05-17'} | ${['2026-05-17']}
  ${'2026-05-17'} | ${'2026-05-17'} | ${['2026-05-17']}
  ${'2026-05-15'} | ${'2026-05-17'} | ${['2026-05-15', '2026-05-16', '2026-05-17']}
  ${'2026-05-18'} | ${'2026-05-17'} | ${[]}
`('from $last to $today', ({ last, today, days }) => expect(daysToCelebrate(last as string | null, today as string)).toEqual(days));

test('a day is one of Shanghai', () =>
  expect(boundsOf('2028-02-29')).toEqual({ from: new Date('2028-02-28T16:00:00Z'), until: new Date('2028-02-29T16:00:00Z') }));

test.each`
  triedFor                 | now                          | again
  ${'2026-05-17T00:00:00'} | ${'2026-05-17T00:00:30'}     | ${false}
  ${'2026-05-17T00:00:00'} | ${'2026-05-17T00:59:59'}     | ${false}
  ${'2026-05-17T00:00:00'} | ${'2026-05-17T01:00:00'}     | ${true}
  ${'2026-05-17T00:00:00'} | ${'2026-05-17T23:59:59.999'} | ${true}
  ${'2026-05-17T00:00:00'} | ${'2026-05-18T00:00:00'}     | ${false}
  ${'2026-05-17T23:30:00'} | ${'2026-05-18T00:30:00'}     | ${false}
`('a gift of 17 May that was refused for $triedFor is tried again at $now: $again', ({ triedFor, now, again }) =>
  expect(isTriedAgain('2026-05-17', new Date(`${triedFor}+08:00`), new Date(`${now}+08:00`))).toBe(again),
);

test('however often the date is changed, a hundred days of birthdays in a row give one gift, and every child has one a year', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 700 }), fc.boolean(), (start, leap) => {
      const day = (n: number): string => new Date(Date.UTC(2026, 0, 1) + n * 86_400_000).toISOString().slice(0, 10);
      let latest: string | null = null;
      let gifts = 0;
      for (let n = start; n < start + 100; n += 1) {
        if (!isGiftDue(day(n), latest)) continue;
        latest = day(n);
        gifts += 1;
      }
      expect(gifts).toBe(1);
      const born = leap ? '02-29' : day(start).slice(5);
      const perYear = new Map<string, number>();
      let last: string | null = null;
      for (let n = 0; n < 8 * 366; n += 1) {
        if (!celebratedOn(day(n)).includes(born) || !isGiftDue(day(n), last)) continue;
        last = day(n);
        perYear.set(last.slice(0, 4), (perYear.get(last.slice(0, 4)) ?? 0) + 1);
      }
      expect([...perYear.values()].every((count) => count === 1)).toBe(true);
      expect(perYear.size).toBeGreaterThanOrEqual(8);
    }),
    { seed: 13, numRuns: 40 },
  );
});
