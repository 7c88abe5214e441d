import fc from 'fast-check';
import { capped, type GivenBefore, noHistory, roomOf } from '../../../../subgraphs/ledger/accrual/caps.js';
import { decide, earnedBy } from '../../../../subgraphs/ledger/accrual/decide.js';
import { anySeller } from '../../../../subgraphs/ledger/accrual/seller.js';
import { periodOf } from '../../../../subgraphs/ledger/accrual/periods.js';
import { everybody, type Rule } from '../../../../subgraphs/ledger/accrual/rules.js';
import { base, bonus, line as purchase, rule } from './rule-builders.js';

const line = (points: bigint, name = 'r') => ({ points, rules: [{ rule: name, points, credit: false }] });
const asText = (lines: ReturnType<typeof capped>): string =>
  lines.map(({ points, rules }) => `${points}(${rules.map(({ withheld }) => withheld).join(' ')})`).join(' ');
const month = (cap: bigint, more: Partial<Rule> = {}): Rule => rule({ id: 'r', name: 'r', monthlyCapPoints: cap, ...more });
const wallet = (cap: bigint): Rule => rule({ id: 'r', name: 'r', balanceCapPoints: cap });

test.each`
  what                           | lines                              | rules                                          | balance | given
  ${'room enough'}               | ${[line(50n)]}                     | ${[month(50n)]}                                | ${0n}   | ${'50(0)'}
  ${'one point short'}           | ${[line(50n)]}                     | ${[month(49n)]}                                | ${0n}   | ${'49(1)'}
  ${'two lines share it'}        | ${[line(50n), line(50n)]}          | ${[month(80n)]}                                | ${0n}   | ${'50(0) 30(20)'}
  ${'no cap'}                    | ${[line(50n)]}                     | ${[rule({ id: 'r' })]}                         | ${0n}   | ${'50(0)'}
  ${'other rules do not'}        | ${[line(50n), line(50n, 'other')]} | ${[month(10n)]}                                | ${0n}   | ${'10(40) 50(0)'}
  ${'nothing earned'}            | ${[null]}                          | ${[month(10n)]}                                | ${0n}   | ${'0()'}
  ${'the least of several'}      | ${[line(50n)]}                     | ${[month(40n, { transactionCapPoints: 30n })]} | ${0n}   | ${'30(20)'}
  ${'a wallet with room'}        | ${[line(50n)]}                     | ${[wallet(100n)]}                              | ${50n}  | ${'50(0)'}
  ${'a wallet one point full'}   | ${[line(50n)]}                     | ${[wallet(100n)]}                              | ${51n}  | ${'49(1)'}
  ${'a full wallet'}             | ${[line(50n)]}                     | ${[wallet(100n)]}                              | ${100n} | ${'0(50)'}
  ${'an overfull wallet'}        | ${[line(50n)]}                     | ${[wallet(100n)]}                              | ${900n} | ${'0(50)'}
  ${'others fill it on the way'} | ${[line(70n, 'other'), line(50n)]} | ${[wallet(100n)]}                              | ${0n}   | ${'70(0) 30(20)'}
`('$what: $given', ({ lines, rules, balance, given }) =>
  expect(asText(capped(lines as ReturnType<typeof line>[], rules as Rule[], { ...noHistory, balance: balance as bigint }))).toBe(given),
);

const all = { transactionCapPoints: 100n, dailyCapPoints: 200n, monthlyCapPoints: 300n, yearlyCapPoints: 400n };
const used = (day: bigint, inMonth: bigint, year: bigint): GivenBefore => ({ day, month: inMonth, year });
test.each`
  caps                         | given                     | room
  ${all}                       | ${used(0n, 0n, 0n)}       | ${100n}
  ${all}                       | ${used(150n, 150n, 150n)} | ${50n}
  ${all}                       | ${used(0n, 280n, 280n)}   | ${20n}
  ${all}                       | ${used(0n, 0n, 399n)}     | ${1n}
  ${all}                       | ${used(0n, 0n, 401n)}     | ${-1n}
  ${{ yearlyCapPoints: 400n }} | ${used(9n, 9n, 9n)}       | ${391n}
  ${{ balanceCapPoints: 1n }}  | ${used(9n, 9n, 9n)}       | ${null}
`('$caps after $given: $room', ({ caps, given, room }) =>
  expect(roomOf(rule({ ...caps }), { balance: 0n, given: new Map([['base', given]]) })).toBe(room),
);

test('a bonus is a share of the base as it was earned, whatever the cap of the base withholds', () => {
  const rules = [base(1, 100, { transactionCapPoints: 10n }), bonus(10_000, { name: 'double' })];
  const earned = earnedBy([purchase(10_000)], rules, everybody, anySeller);
  expect(decide(earned!, rules, noHistory)).toMatchObject({
    points: 110n,
    rules: [
      { rule: 'base', points: 10n, withheld: 90n },
      { rule: 'double', points: 100n, withheld: 0n },
    ],
  });
});

test('what is given and what is withheld sum to what was earned, and no cap is passed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt(0n, 200n), { maxLength: 8 }),
      fc.bigInt(1n, 500n),
      fc.bigInt(0n, 600n),
      fc.bigInt(1n, 900n),
      fc.bigInt(0n, 900n),
      (points, cap, before, most, balance) => {
        const given = capped(
          points.map((each) => line(each)),
          [month(cap, { balanceCapPoints: most })],
          { given: new Map([['r', used(0n, before, before)]]), balance },
        );
        const shares = given.flatMap(({ rules }) => rules);
        const sum = shares.reduce((total, share) => total + share.points, 0n);
        const withheld = shares.reduce((total, share) => total + share.withheld, 0n);
        expect(sum + withheld).toBe(points.reduce((total, each) => total + each, 0n));
        const room = [cap - before, most - balance].map((left) => (left > 0n ? left : 0n));
        expect(room.every((left) => sum <= left)).toBe(true);
      },
    ),
    { seed: 11 },
  );
});

test.each`
  at                        | unit       | from                      | until
  ${'2026-11-30T15:59:59Z'} | ${'month'} | ${'2026-10-31T16:00:00Z'} | ${'2026-11-30T16:00:00Z'}
  ${'2026-11-30T16:00:00Z'} | ${'month'} | ${'2026-11-30T16:00:00Z'} | ${'2026-12-31T16:00:00Z'}
  ${'2026-11-30T16:00:01Z'} | ${'month'} | ${'2026-11-30T16:00:00Z'} | ${'2026-12-31T16:00:00Z'}
  ${'2026-11-30T15:59:59Z'} | ${'day'}   | ${'2026-11-29T16:00:00Z'} | ${'2026-11-30T16:00:00Z'}
  ${'2026-11-30T16:00:00Z'} | ${'day'}   | ${'2026-11-30T16:00:00Z'} | ${'2026-12-01T16:00:00Z'}
  ${'2026-12-31T15:59:59Z'} | ${'year'}  | ${'2025-12-31T16:00:00Z'} | ${'2026-12-31T16:00:00Z'}
  ${'2026-12-31T16:00:00Z'} | ${'year'}  | ${'2026-12-31T16:00:00Z'} | ${'2027-12-31T16:00:00Z'}
  ${'2028-02-29T03:00:00Z'} | ${'year'}  | ${'2027-12-31T16:00:00Z'} | ${'2028-12-31T16:00:00Z'}
`('the $unit of $at in Shanghai', ({ at, unit, from, until }) =>
  expect(periodOf(new Date(at as string), 'Asia/Shanghai', unit)).toEqual({
    from: new Date(from as string),
    until: new Date(until as string),
  }),
);
