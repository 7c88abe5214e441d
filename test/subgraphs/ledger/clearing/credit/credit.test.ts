import { alertByDefault, isWorse, levelOf, mayOwe } from '../../../../../subgraphs/ledger/clearing/credit/credit.js';
import { stopped } from '../../../../../subgraphs/ledger/clearing/credit/stops.js';

test.each`
  used    | limit   | alert  | level
  ${-5n}  | ${100n} | ${80n} | ${'CLEAR'}
  ${79n}  | ${100n} | ${80n} | ${'CLEAR'}
  ${80n}  | ${100n} | ${80n} | ${'NEAR'}
  ${99n}  | ${100n} | ${80n} | ${'NEAR'}
  ${100n} | ${100n} | ${80n} | ${'REACHED'}
  ${101n} | ${100n} | ${80n} | ${'REACHED'}
  ${0n}   | ${0n}   | ${0n}  | ${'REACHED'}
  ${-1n}  | ${0n}   | ${0n}  | ${'CLEAR'}
`('$used of $limit with an alert at $alert is $level', ({ used, limit, alert, level }) =>
  expect(levelOf(used, { limitFen: limit, alertFen: alert })).toBe(level),
);

test.each`
  used    | fen     | may
  ${0n}   | ${100n} | ${true}
  ${1n}   | ${100n} | ${false}
  ${99n}  | ${1n}   | ${true}
  ${100n} | ${1n}   | ${false}
  ${-50n} | ${150n} | ${true}
  ${-50n} | ${151n} | ${false}
`('with $used used of 100, $fen more may be owed: $may', ({ used, fen, may }) => expect(mayOwe(used, 100n, fen)).toBe(may));

test('worse is told of, better is not; the alert is four fifths where nobody says', () => {
  expect([isWorse('CLEAR', 'NEAR'), isWorse('NEAR', 'REACHED'), isWorse('REACHED', 'NEAR'), isWorse('NEAR', 'NEAR')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([alertByDefault(100n), alertByDefault(1n), alertByDefault(0n)]).toEqual([80n, 0n, 0n]);
});

test("an issuer's stop closes other shops, not its own, and not what is worth nothing", () => {
  const stops = new Map([['COAL-P', 'coalition']]);
  const leg = (programme: string, fen = 1n) => ({ programme, fen });
  expect(stopped(stops, 'automotive', [leg('AUTO-P'), leg('COAL-P')])).toBe('COAL-P');
  expect(stopped(stops, 'coalition', [leg('COAL-P')])).toBeNull();
  expect(stopped(stops, 'automotive', [leg('COAL-P', 0n), leg('AUTO-P')])).toBeNull();
  expect(stopped(new Map(), 'automotive', [leg('COAL-P')])).toBeNull();
});
