import { everybody, type PurchaseLine, type Rule } from '../../../../subgraphs/ledger/accrual/rules.js';
import { anySeller, earnAt } from '../../../../subgraphs/ledger/accrual/seller.js';
import { base, bonus, line, rule } from './rule-builders.js';

const bank = (openingCapPoints: bigint) => ({ trade: 'BANKING' as const, openingCapPoints });
const at = (event: string | null, fen = 10_000): PurchaseLine => line(fen, { event });
const any = base(1, 100);
const triple = bonus(20_000, { name: 'triple' });
const welcome = (points: bigint, name = 'welcome', event = 'OPENING'): Rule => rule({ kind: 'EVENT', name, event, eventPoints: points });
const share = rule({ kind: 'EVENT', name: 'share', event: 'OPENING', bonusBasisPoints: 10_000 });

test.each`
  what                                   | seller       | rules                                      | of                                       | points
  ${'a shop, anything'}                  | ${anySeller} | ${[any, welcome(10_000n)]}                 | ${at('OPENING')}                         | ${10_100n}
  ${'a bank, spending'}                  | ${bank(0n)}  | ${[any, triple]}                           | ${at('SPEND')}                           | ${300n}
  ${'a bank, nothing said'}              | ${bank(0n)}  | ${[any]}                                   | ${at(null)}                              | ${null}
  ${'a bank, an advance'}                | ${bank(0n)}  | ${[any]}                                   | ${at('ADVANCE')}                         | ${null}
  ${'a bank, a fee that a rule is for'}  | ${bank(9n)}  | ${[base(1, 100, { event: 'FEE' })]}        | ${at('FEE')}                             | ${null}
  ${'a bank, so many whatever is spent'} | ${bank(9n)}  | ${[any, welcome(500n, 'first', 'SPEND')]}  | ${at('SPEND')}                           | ${100n}
  ${'an opening, none allowed'}          | ${bank(0n)}  | ${[any, welcome(1n)]}                      | ${at('OPENING', 0)}                      | ${null}
  ${'an opening, as many as allowed'}    | ${bank(9n)}  | ${[welcome(9n)]}                           | ${at('OPENING', 0)}                      | ${9n}
  ${'an opening, one more'}              | ${bank(9n)}  | ${[welcome(10n)]}                          | ${at('OPENING', 0)}                      | ${9n}
  ${'an opening by two rules'}           | ${bank(9n)}  | ${[welcome(6n, 'b'), welcome(6n, 'a')]}    | ${at('OPENING', 0)}                      | ${9n}
  ${'an opening with a deposit'}         | ${bank(9n)}  | ${[base(1, 1, { event: 'OPENING' }), any]} | ${at('OPENING')}                         | ${null}
  ${'a share of what it is about'}       | ${bank(9n)}  | ${[share]}                                 | ${{ ...at('OPENING', 0), points: 900n }} | ${null}
  ${'a card, as many as allowed'}        | ${bank(9n)}  | ${[welcome(99n, 'card', 'CARD_OPENING')]}  | ${at('CARD_OPENING', 0)}                 | ${9n}
`('$what: $points', ({ seller, rules, of, points }) => {
  const [earned] = earnAt(seller as typeof anySeller, [of as PurchaseLine], rules as Rule[], everybody);
  expect(earned?.points ?? null).toBe(points);
  if (earned) expect(earned.rules.reduce((sum, { points: given }) => sum + given, 0n)).toBe(points);
});

test('of two rules for an opening the same ones give, in whatever order they are', () => {
  const rules = [welcome(6n, 'b'), welcome(6n, 'a')];
  const [one, other] = [rules, rules.toReversed()].map((given) => earnAt(bank(9n), [at('OPENING', 0)], given, everybody)[0]);
  expect(one).toEqual(other);
  expect(one?.rules.map(({ rule: id, points }) => `${id} ${points}`)).toEqual(['a 6', 'b 3']);
});

test('openings of one purchase earn no more together than one does, however they are called', () => {
  const rules = [any, welcome(6n), welcome(6n, 'card', 'CARD_OPENING')];
  const lines = [at('OPENING', 0), at('CARD_OPENING', 0), at('SPEND'), at('OPENING', 0)];
  expect(earnAt(bank(9n), lines, rules, everybody).map((earned) => earned?.points)).toEqual([6n, 3n, 100n, 0n]);
});
