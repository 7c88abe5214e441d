import fc from 'fast-check';
import { lint } from '../../../../subgraphs/ledger/accrual/publishing/rule-lint.js';
import { earn, everybody, givesFrom, inForce, type PurchaseLine, type Rule } from '../../../../subgraphs/ledger/accrual/rules.js';
import { base, bonus, line, rule } from './rule-builders.js';

const bill = line(10_000, { cashFen: 9_000n });
const dress = bonus(10_000, { name: 'dress', category: 'dress' });
const green = bonus(20_000, { name: 'green', certificate: 'green' });
const counting = base(1, 100, { creditFactor: true });
const spend = base(1, 100, { event: 'SPEND' });

test.each`
  what                                          | rules                                                                       | of                                                           | points
  ${'telecom, 10 per yuan of the whole bill'}   | ${[base(10, 100, { basis: 'GROSS' })]}                                      | ${bill}                                                      | ${1000n}
  ${'telecom, 10 per yuan of the cash part'}    | ${[base(10, 100)]}                                                          | ${bill}                                                      | ${900n}
  ${'garage, 1 per yuan'}                       | ${[base(1, 100)]}                                                           | ${line(100_000)}                                             | ${1000n}
  ${'miles, 1 per two yuan'}                    | ${[base(1, 200)]}                                                           | ${line(60_100)}                                              | ${300n}
  ${'a dress of 300.00, doubled'}               | ${[base(1, 100), dress]}                                                    | ${line(30_000, { category: 'dress' })}                       | ${600n}
  ${'something else beside the dress campaign'} | ${[base(1, 100), dress]}                                                    | ${line(30_000, { category: 'shoes' })}                       | ${300n}
  ${'green 100.00, tripled'}                    | ${[base(1, 100), green]}                                                    | ${line(10_000, { certificate: 'green' })}                    | ${300n}
  ${'double and triple add up to four times'}   | ${[base(1, 100), dress, green]}                                             | ${line(10_000, { category: 'dress', certificate: 'green' })} | ${400n}
  ${'rounded down once, not per bonus'}         | ${[base(1, 100), bonus(5_000, { name: 'a' }), bonus(5_000, { name: 'b' })]} | ${line(150)}                                                 | ${3n}
  ${'trusted, × 1.25'}                          | ${[base(1, 100), bonus(2_500, { name: 'trusted' })]}                        | ${line(100_000)}                                             | ${1250n}
  ${'a category rule replaces the general one'} | ${[base(1, 100), base(5, 100, { category: 'dress', name: 'c' })]}           | ${line(1_000, { category: 'dress' })}                        | ${50n}
  ${'two equally specific rules both count'}    | ${[base(1, 100), base(1, 300, { name: 'other' })]}                          | ${line(200)}                                                 | ${2n}
  ${'bank, spending'}                           | ${[spend]}                                                                  | ${line(100_000, { event: 'SPEND' })}                         | ${1000n}
  ${'bank, card opening'}                       | ${[spend]}                                                                  | ${line(100_000, { event: 'OPENING' })}                       | ${null}
  ${'bank, nothing said'}                       | ${[spend]}                                                                  | ${line(100_000)}                                             | ${null}
  ${'a bonus without a base'}                   | ${[dress]}                                                                  | ${line(100, { category: 'dress' })}                          | ${null}
  ${'less than a point'}                        | ${[base(1, 100)]}                                                           | ${line(99)}                                                  | ${0n}
`('$what: $points', ({ rules, of, points }) => expect(earn(of as PurchaseLine, rules as Rule[])?.points ?? null).toBe(points));

test('whatever the rules, points are the exact sum rounded down once, and the shares of the rules sum to them', () => {
  const rates = fc.array(fc.record({ p: fc.integer({ min: 1, max: 999 }), f: fc.integer({ min: 1, max: 999 }), gross: fc.boolean() }), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(
      rates,
      fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 4 }),
      fc.nat(10 ** 9),
      fc.nat(10 ** 9),
      (bases, bonuses, a, b) => {
        const fen = Math.max(a, b);
        const cash = Math.min(a, b);
        const rules = [
          ...bases.map(({ p, f, gross }, n) => base(p, f, { name: `base ${n}`, basis: gross ? 'GROSS' : 'NET' })),
          ...bonuses.map((bp, n) => bonus(bp, { name: `bonus ${n}` })),
        ];
        const earned = earn(line(fen, { cashFen: BigInt(cash) }), rules);
        const denominator = bases.reduce((product, { f }) => product * BigInt(f), 1n);
        const exact = bases.reduce((sum, { p, f, gross }) => sum + (BigInt(gross ? fen : cash) * BigInt(p) * denominator) / BigInt(f), 0n);
        const factor = 10_000n + bonuses.reduce((sum, bp) => sum + BigInt(bp), 0n);
        expect(earned?.points).toBe((exact * factor) / (denominator * 10_000n));
        expect(earned?.rules.reduce((sum, { points }) => sum + points, 0n)).toBe(earned?.points);
      },
    ),
  );
});

const day = (n: number): Date => new Date(n * 86_400_000);
const versions = [
  base(1, 100, { id: 'v1', validFrom: day(1) }),
  base(2, 100, { id: 'v2', version: 2, validFrom: day(5), validUntil: day(8) }),
  base(3, 100, { id: 'other', name: 'other', validFrom: day(3) }),
  base(9, 100, { id: 'draft', name: 'draft', validFrom: null }),
];
test.each`
  at     | ids
  ${0}   | ${''}
  ${1}   | ${'v1'}
  ${4}   | ${'v1 other'}
  ${5}   | ${'v2 other'}
  ${7.9} | ${'v2 other'}
  ${8}   | ${'other'}
`('on day $at: $ids', ({ at, ids }) =>
  expect(
    inForce(versions, day(at as number))
      .map(({ id }) => id)
      .join(' '),
  ).toBe(ids),
);

test('the opening of an account at a bank: up to what the operator allows', () => {
  const draft = { kind: 'EVENT', event: 'OPENING', eventPoints: 100n } as const;
  expect([99n, 100n].map((cap) => lint(draft, 'BANKING', cap).map(({ code }) => code))).toEqual([['OPENING_BONUS'], []]);
});

const gold = base(3, 100, { name: 'gold', tier: 'GOLD' });
test.each`
  tier        | rules                                                                                                                                             | points
  ${null}     | ${[base(1, 100), gold]}                                                                                                                           | ${100n}
  ${'SILVER'} | ${[base(1, 100), gold]}                                                                                                                           | ${100n}
  ${'GOLD'}   | ${[base(1, 100), gold]}                                                                                                                           | ${300n}
  ${'GOLD'}   | ${[base(1, 100), bonus(5_000, { tier: 'GOLD' })]}                                                                                                 | ${150n}
  ${null}     | ${[base(1, 100), bonus(5_000, { tier: 'GOLD' })]}                                                                                                 | ${100n}
  ${null}     | ${[gold]}                                                                                                                                         | ${null}
  ${'GOLD'}   | ${[base(5, 100, { category: 'dress', name: 'd' }), base(9, 100, { name: 'many', tier: 'GOLD', certificate: 'c', cardProduct: 'p', event: 'e' })]} | ${500n}
`('a rule for a tier, and a member of $tier: $points', ({ tier, rules, points }) =>
  expect(
    earn(line(10_000, { category: 'dress', certificate: 'c', cardProduct: 'p', event: 'e' }), rules as Rule[], {
      ...everybody,
      tier: tier as string | null,
    })?.points ?? null,
  ).toBe(points),
);

const rate = { points: 1n, fen: 100n };
test.each`
  draft                                                                             | trade        | codes
  ${{ kind: 'BASE', rate }}                                                         | ${null}      | ${''}
  ${{ kind: 'BASE' }}                                                               | ${null}      | ${'RATE_MISSING'}
  ${{ kind: 'BASE', rate: { points: 0n, fen: 1n } }}                                | ${null}      | ${'RATE_EMPTY'}
  ${{ kind: 'BASE', rate, bonusBasisPoints: 1 }}                                    | ${null}      | ${'BONUS_ON_BASE'}
  ${{ kind: 'BONUS', bonusBasisPoints: 10000 }}                                     | ${'RETAIL'}  | ${''}
  ${{ kind: 'BONUS' }}                                                              | ${null}      | ${'BONUS_MISSING'}
  ${{ kind: 'BONUS', bonusBasisPoints: 1, rate }}                                   | ${null}      | ${'RATE_ON_BONUS'}
  ${{ kind: 'BASE', rate, validFrom: day(2), validUntil: day(2) }}                  | ${null}      | ${'PERIOD_EMPTY'}
  ${{ kind: 'BASE', rate }}                                                         | ${'BANKING'} | ${'SPEND_TRIGGER_MISSING'}
  ${{ kind: 'BASE', rate, event: 'SPEND' }}                                         | ${'BANKING'} | ${''}
  ${{ kind: 'BONUS', bonusBasisPoints: 10000, certificate: 'green' }}               | ${'BANKING'} | ${''}
  ${{ kind: 'BONUS', bonusBasisPoints: 10000, event: 'OPENING' }}                   | ${'BANKING'} | ${'SPEND_TRIGGER_MISSING'}
  ${{ kind: 'EVENT', event: 'OPENING', eventPoints: 1n }}                           | ${'BANKING'} | ${'OPENING_BONUS'}
  ${{ kind: 'EVENT', event: 'CARD_OPENING', bonusBasisPoints: 1 }}                  | ${'BANKING'} | ${'OPENING_BONUS'}
  ${{ kind: 'EVENT', event: 'OPENING', eventPoints: 1n }}                           | ${'RETAIL'}  | ${''}
  ${{ kind: 'BASE', rate, dailyCapPoints: 0n }}                                     | ${null}      | ${'CAP_EMPTY'}
  ${{ kind: 'BASE', rate, balanceCapPoints: 1n }}                                   | ${null}      | ${''}
  ${{ kind: 'BASE', rate, pending: { mode: 'DAYS' } }}                              | ${null}      | ${'PENDING_UNCLEAR'}
  ${{ kind: 'BASE', rate, pending: { mode: 'DAYS', days: 14 } }}                    | ${null}      | ${''}
  ${{ kind: 'BASE', rate, pending: { mode: 'DAYS', days: 0 } }}                     | ${null}      | ${'PENDING_UNCLEAR'}
  ${{ kind: 'BASE', rate, pending: { mode: 'DATE', until: day(1) } }}               | ${null}      | ${''}
  ${{ kind: 'BASE', rate, pending: { mode: 'EVENT', days: 1 } }}                    | ${null}      | ${'PENDING_UNCLEAR'}
  ${{ kind: 'BASE', rate, pending: { mode: 'EVENT', event: 'E' } }}                 | ${null}      | ${''}
  ${{ kind: 'BASE', rate, pending: { mode: 'DATE', until: day(1), lapseDays: 1 } }} | ${null}      | ${'PENDING_UNCLEAR'}
`('$draft.kind for $trade: $codes', ({ draft, trade, codes }) =>
  expect(
    lint(draft, trade)
      .map(({ code }) => code)
      .join(' '),
  ).toBe(codes),
);

test.each`
  what                                      | rules                                            | fen        | multiplier | points   | parts
  ${'the trusted, 1,000.00'}                | ${[counting]}                                    | ${100_000} | ${12_500n} | ${1250n} | ${'1000 +250'}
  ${'everybody else'}                       | ${[counting]}                                    | ${100_000} | ${10_000n} | ${1000n} | ${'1000'}
  ${'a multiplier below the base'}          | ${[counting]}                                    | ${100_000} | ${8_000n}  | ${1000n} | ${'1000'}
  ${'a programme that counts no credit'}    | ${[base(1, 100)]}                                | ${100_000} | ${12_500n} | ${1000n} | ${'1000'}
  ${'credit and a bonus add up'}            | ${[counting, bonus(10_000, { name: 'double' })]} | ${100_000} | ${12_500n} | ${2250n} | ${'1000 +250 1000'}
  ${'rounded down once'}                    | ${[counting, bonus(5_000, { name: 'half' })]}    | ${101}     | ${15_000n} | ${2n}    | ${'1 +1 0'}
  ${'one point more than without the half'} | ${[counting]}                                    | ${180}     | ${12_500n} | ${2n}    | ${'2 +0'}
`('credit: $what: $points', ({ rules, fen, multiplier, points, parts }) => {
  const earned = earn(line(fen as number), rules as Rule[], { ...everybody, multiplier: multiplier as bigint });
  expect(earned?.points).toBe(points);
  expect(earned?.rules.map((share) => `${share.credit ? '+' : ''}${share.points}`).join(' ')).toBe(parts);
});

test('no multiplier takes anything away, more of it never gives less, and the shares sum', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), fc.nat(30_000), fc.nat(30_000), fc.boolean(), (fen, one, other, counts) => {
      const rules = [base(1, 100, { creditFactor: counts }), bonus(3_333, { name: 'b' })];
      const [less, more] = one < other ? [one, other] : [other, one];
      const plain = earn(line(fen), rules);
      const [low, high] = [less, more].map((multiplier) => earn(line(fen), rules, { ...everybody, multiplier: BigInt(multiplier) }));
      expect(low!.points >= plain!.points && high!.points >= low!.points).toBe(true);
      expect(high!.rules.reduce((sum, { points }) => sum + points, 0n)).toBe(high!.points);
    }),
    { seed: 8 },
  );
});

const at = (hour: number): Date => new Date(Date.UTC(2026, 4, 17, hour));
const gift = (from: number, until: number | null = null, more: Partial<Rule> = {}): Rule =>
  rule({ kind: 'EVENT', event: 'BIRTHDAY', name: 'gift', validFrom: at(from), validUntil: until === null ? null : at(until), ...more });
test.each`
  what                                        | rules                                                                     | since
  ${'since ever'}                             | ${[gift(-100)]}                                                           | ${0}
  ${'from the first instant'}                 | ${[gift(0)]}                                                              | ${0}
  ${'from ten on'}                            | ${[gift(10)]}                                                             | ${10}
  ${'from the last instant'}                  | ${[gift(12)]}                                                             | ${12}
  ${'from after it'}                          | ${[gift(13)]}                                                             | ${null}
  ${'over before it'}                         | ${[gift(-100, 0)]}                                                        | ${null}
  ${'over during it'}                         | ${[gift(-100, 1)]}                                                        | ${0}
  ${'a version that is for something else'}   | ${[gift(-100), gift(-50, null, { version: 2, event: 'LECTURE' })]}        | ${null}
  ${'one that is no longer'}                  | ${[gift(-50, null, { event: 'LECTURE' }), gift(7, null, { version: 2 })]} | ${7}
  ${'the earlier of two'}                     | ${[gift(9), gift(8, null, { name: 'other' })]}                            | ${8}
  ${'a base that asks for the event is none'} | ${[base(1, 100, { event: 'BIRTHDAY' })]}                                  | ${null}
`('an event gives something, $what: $since', ({ rules, since }) =>
  expect(givesFrom(rules as Rule[], 'BIRTHDAY', at(0), at(12))).toEqual(since === null ? null : at(since as number)),
);

test('a time that has not come yet gives nothing', () => expect(givesFrom([gift(-100)], 'BIRTHDAY', at(1), at(0))).toBeNull());
