import fc from 'fast-check';
import { capped, monthOf } from '../../../../subgraphs/ledger/accrual/caps.js';

const line = (points: bigint, rule = 'r') => ({ points, rules: [{ rule, points, credit: false }] });
const asText = (lines: ReturnType<typeof capped>): string =>
  lines.map(({ points, rules }) => `${points}(${rules.map(({ withheld }) => withheld).join(' ')})`).join(' ');

test.each`
  what                    | lines                              | room            | given
  ${'room enough'}        | ${[line(50n)]}                     | ${[['r', 50n]]} | ${'50(0)'}
  ${'one point short'}    | ${[line(50n)]}                     | ${[['r', 49n]]} | ${'49(1)'}
  ${'used up'}            | ${[line(50n)]}                     | ${[['r', 0n]]}  | ${'0(50)'}
  ${'more than used up'}  | ${[line(50n)]}                     | ${[['r', -5n]]} | ${'0(50)'}
  ${'two lines share it'} | ${[line(50n), line(50n)]}          | ${[['r', 80n]]} | ${'50(0) 30(20)'}
  ${'no cap'}             | ${[line(50n)]}                     | ${[]}           | ${'50(0)'}
  ${'other rules do not'} | ${[line(50n), line(50n, 'other')]} | ${[['r', 10n]]} | ${'10(40) 50(0)'}
  ${'nothing earned'}     | ${[null]}                          | ${[['r', 10n]]} | ${'0()'}
`('$what: $given', ({ lines, room, given }) =>
  expect(asText(capped(lines as ReturnType<typeof line>[], new Map(room as [string, bigint][])))).toBe(given),
);

test('what is given and what is withheld sum to what was earned, and no cap is passed', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt(0n, 200n), { maxLength: 8 }), fc.bigInt(-50n, 500n), (points, room) => {
      const given = capped(
        points.map((each) => line(each)),
        new Map([['r', room]]),
      );
      const [sum, withheld] = [0, 1].map((n) =>
        given.reduce((total, { rules }) => total + rules.reduce((part, share) => part + (n === 0 ? share.points : share.withheld), 0n), 0n),
      ) as [bigint, bigint];
      expect(sum + withheld).toBe(points.reduce((total, each) => total + each, 0n));
      expect(sum <= (room > 0n ? room : 0n)).toBe(true);
    }),
    { seed: 11 },
  );
});

test.each`
  at                        | from                      | until
  ${'2026-11-30T15:59:59Z'} | ${'2026-10-31T16:00:00Z'} | ${'2026-11-30T16:00:00Z'}
  ${'2026-11-30T16:00:00Z'} | ${'2026-11-30T16:00:00Z'} | ${'2026-12-31T16:00:00Z'}
  ${'2026-11-30T16:00:01Z'} | ${'2026-11-30T16:00:00Z'} | ${'2026-12-31T16:00:00Z'}
`('the month of $at in Shanghai', ({ at, from, until }) =>
  expect(monthOf(new Date(at as string), 'Asia/Shanghai')).toEqual({ from: new Date(from as string), until: new Date(until as string) }),
);
