import fc from 'fast-check';
import { expiryOf } from '../../../../subgraphs/ledger/points/expiry.js';
import { mayGoOn } from '../../../../subgraphs/ledger/points/holds.js';
import { burn, isExpired, type SpendableLot } from '../../../../subgraphs/ledger/points/lots.js';
import { entryOf } from '../../../../subgraphs/ledger/points/posting.js';

const at = new Date('2026-11-21T04:00:00Z');

/** `a:10@2026-12-01` is lot a of 10 points until then; `/` adds when it was earned, `>` from when it is usable. */
const lotOf = (text: string): SpendableLot => {
  const [, id = '', free = '0', expires, earned, usable] = /^(\w+):(\d+)(?:@([\d-]+))?(?:\/([\d-]+))?(?:>([\d-]+))?$/.exec(text) ?? [];
  return {
    id,
    free: BigInt(free),
    expiresAt: expires === undefined ? null : new Date(expires),
    earnedAt: new Date(earned ?? '2026-01-01'),
    usableFrom: new Date(usable ?? '2026-01-01'),
  };
};
const lotsOf = (text: string): SpendableLot[] => text.split(' ').filter(Boolean).map(lotOf);
const asText = (outcome: ReturnType<typeof burn>): string =>
  outcome.kind === 'refused' ? `${outcome.missing} missing` : outcome.parts.map(({ lot, points }) => `${lot}:${points}`).join(' ');

test.each`
  lots                                                     | points                | outcome
  ${'b:5@2027-03-01 a:10@2027-01-01'}                      | ${12n}                | ${'a:10 b:2'}
  ${'a:10@2027-01-01'}                                     | ${11n}                | ${'1 missing'}
  ${'never:9 a:1@2099-01-01'}                              | ${5n}                 | ${'a:1 never:4'}
  ${'b:5@2027-01-01/2026-02-01 a:5@2027-01-01/2026-01-01'} | ${6n}                 | ${'a:5 b:1'}
  ${'b:5 a:5'}                                             | ${6n}                 | ${'a:5 b:1'}
  ${'gone:5@2026-11-21 a:5'}                               | ${5n}                 | ${'a:5'}
  ${'gone:5@2026-11-21'}                                   | ${1n}                 | ${'1 missing'}
  ${'later:5>2026-12-01'}                                  | ${1n}                 | ${'1 missing'}
  ${'empty:0@2027-01-01 a:1'}                              | ${1n}                 | ${'a:1'}
  ${''}                                                    | ${1n}                 | ${'1 missing'}
  ${'a:9007199254740991 b:9007199254740991'}               | ${18014398509481982n} | ${'a:9007199254740991 b:9007199254740991'}
`('$points from $lots: $outcome', ({ lots, points, outcome }) =>
  expect(asText(burn(lotsOf(lots as string), points as bigint, at))).toBe(outcome),
);

test.each`
  expires                       | expired
  ${'2026-11-21T04:00:00.001Z'} | ${false}
  ${'2026-11-21T04:00:00.000Z'} | ${true}
  ${'2026-11-21T03:59:59.999Z'} | ${true}
`('a lot until $expires at 04:00: $expired', ({ expires, expired }) =>
  expect(isExpired({ expiresAt: new Date(expires as string) }, at)).toBe(expired),
);

test('a burn takes exactly what was asked or nothing, never beyond a lot, and leaves no earlier lot behind', () => {
  const lot = fc.record({
    free: fc.bigInt(0n, 1000n),
    expiresAt: fc.option(fc.integer({ min: -5, max: 20 }).map((days) => new Date(at.getTime() + days * 86_400_000))),
    earnedAt: fc.integer({ min: -90, max: 0 }).map((days) => new Date(at.getTime() + days * 86_400_000)),
    usableFrom: fc.integer({ min: -2, max: 1 }).map((days) => new Date(at.getTime() + days * 86_400_000)),
  });
  const lots = fc.array(lot, { maxLength: 8 }).map((found) => found.map((one, n) => Object.assign(one, { id: `lot${n}` })));
  fc.assert(
    fc.property(lots, fc.bigInt(1n, 4000n), (found, points) => {
      const usable = found.filter(({ expiresAt, usableFrom }) => (expiresAt === null || expiresAt > at) && usableFrom <= at);
      const available = usable.reduce((sum, { free }) => sum + free, 0n);
      const outcome = burn(found, points, at);
      if (outcome.kind === 'refused') return expect(outcome.missing).toBe(points - available);
      const takenOf = (id: string): bigint => outcome.parts.find(({ lot }) => lot === id)?.points ?? 0n;
      expect(outcome.parts.reduce((sum, part) => sum + part.points, 0n)).toBe(points);
      for (const one of found) expect(takenOf(one.id) <= (usable.includes(one) ? one.free : 0n)).toBe(true);
      const dueOf = ({ expiresAt }: SpendableLot): number => expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
      for (const a of usable) for (const b of usable) if (dueOf(a) < dueOf(b) && takenOf(b.id) > 0n) expect(takenOf(a.id)).toBe(a.free);
    }),
  );
});

const rolling = (months: number, roundToMonthEnd = false, zone = 'Asia/Shanghai') =>
  ({ mode: 'ROLLING', months, roundToMonthEnd, roundToYearEnd: false, monthDay: null, zone }) as const;
test.each`
  rule                                  | earned                         | expires
  ${rolling(24)}                        | ${'2026-11-21T12:30:00+08:00'} | ${'2028-11-21T12:30:00+08:00'}
  ${rolling(36, true)}                  | ${'2026-11-10T10:00:00+08:00'} | ${'2029-12-01T00:00:00+08:00'}
  ${rolling(36, true)}                  | ${'2026-11-30T23:59:59+08:00'} | ${'2029-12-01T00:00:00+08:00'}
  ${rolling(36, true)}                  | ${'2026-11-30T16:00:00Z'}      | ${'2030-01-01T00:00:00+08:00'}
  ${rolling(12, true)}                  | ${'2026-12-31T23:00:00+08:00'} | ${'2028-01-01T00:00:00+08:00'}
  ${rolling(1)}                         | ${'2026-01-31T10:00:00+08:00'} | ${'2026-02-28T10:00:00+08:00'}
  ${rolling(12)}                        | ${'2028-02-29T10:00:00+08:00'} | ${'2029-02-28T10:00:00+08:00'}
  ${rolling(1, false, 'Europe/Berlin')} | ${'2026-02-28T12:00:00+01:00'} | ${'2026-03-28T12:00:00+01:00'}
  ${rolling(1, false, 'Europe/Berlin')} | ${'2026-03-15T12:00:00+01:00'} | ${'2026-04-15T12:00:00+02:00'}
`('$rule.months months after $earned: $expires', ({ rule, earned, expires }) =>
  expect(expiryOf(rule, new Date(earned as string))).toEqual(new Date(expires as string)),
);
test('points that never expire have no expiry', () => expect(expiryOf({ ...rolling(0), mode: 'NONE', months: null }, at)).toBeNull());

test.each`
  state         | expires                   | outcome
  ${'OPEN'}     | ${null}                   | ${'go'}
  ${'OPEN'}     | ${'2026-11-21T04:00:01Z'} | ${'go'}
  ${'OPEN'}     | ${'2026-11-21T04:00:00Z'} | ${'HOLD_EXPIRED'}
  ${'PINNED'}   | ${null}                   | ${'go'}
  ${'CAPTURED'} | ${null}                   | ${'HOLD_ENDED'}
  ${'RELEASED'} | ${'2026-11-20T00:00:00Z'} | ${'HOLD_ENDED'}
  ${'EXPIRED'}  | ${'2026-11-20T00:00:00Z'} | ${'HOLD_EXPIRED'}
`('a hold that is $state until $expires: $outcome', ({ state, expires, outcome }) => {
  const step = mayGoOn({ state, expiresAt: expires === null ? null : new Date(expires as string), endedAt: null }, at);
  expect(step.kind === 'go' ? 'go' : step.code).toBe(outcome);
});

test('an entry balances, whatever its kind, and an empty one is our mistake', () => {
  for (const kind of ['ACCRUAL', 'BURN', 'RETURN', 'EXPIRY', 'CLAWBACK'] as const) {
    const entry = entryOf(kind, 'TEL-P', { kind: 'REDEMPTION', id: 'x' }, [
      { lot: 'a', points: 3n },
      { lot: 'b', points: 4n },
    ]);
    expect(entry.parts.reduce((sum, { points }) => sum + points, 0n)).toBe(entry.points);
    expect(entry.points).toBe(kind === 'ACCRUAL' || kind === 'RETURN' ? 7n : -7n);
  }
  expect(() => entryOf('BURN', 'TEL-P', { kind: 'REDEMPTION', id: 'x' }, [])).toThrow('moves nothing');
});
