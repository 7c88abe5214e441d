import fc from 'fast-check';
import { rational, sumOf, timesDown } from '../../../../subgraphs/kernel/rational.js';
import { redeemable } from '../../../../subgraphs/catalog/items/redeemable.js';
import { type CartLine, shareLimit, type Spendable, split, splitChosen } from '../../../../subgraphs/catalog/quotes/split.js';
import { valuePerPoint } from '../../../../subgraphs/catalog/items/value-per-point.js';

const line = (over: Partial<CartLine> = {}): CartLine => ({
  item: 'basic-maintenance',
  version: 1,
  quantity: 1,
  faceFen: 50_000n,
  programme: 'AUTO-P',
  pricePoints: 5_000n,
  maxShareBasisPoints: 10_000,
  acceptsOthers: true,
  ...over,
});
const pack = line({ item: 'data-pack', faceFen: 800n, programme: 'TEL-P', pricePoints: 800n });
const values: Record<string, [bigint, bigint]> = { 'AUTO-P': [10n, 1n], 'COAL-P': [1n, 1n], 'TEL-P': [1n, 1n], 'BANK-P': [1n, 5n] };
const wallet = (programme: string, available: bigint, over: Partial<Spendable> = {}): Spendable => ({
  programme,
  issuer: programme.slice(0, -2).toLowerCase(),
  available,
  value: rational(...(values[programme] as [bigint, bigint])),
  earliestExpiry: null,
  acceptorIsIssuer: programme === 'AUTO-P',
  ...over,
});
const wallets = (text: string): Spendable[] =>
  text === ''
    ? []
    : text.split(' ').map((part) => {
        const [programme = '', points = '0', expiry] = part.split(':');
        return wallet(programme, BigInt(points), { earliestExpiry: expiry ? new Date(expiry) : null });
      });
const asText = (outcome: ReturnType<typeof split>): string =>
  outcome.kind === 'split'
    ? [...outcome.legs.map((leg) => `${leg.points} ${leg.programme}=${leg.fen}/${leg.owedFen}`), `cash ${outcome.cashFen}`].join(', ')
    : outcome.code === 'SHARE_LIMIT'
      ? `share limit ${outcome.max}`
      : `missing ${outcome.missing} ${outcome.programme}, ${outcome.missingFen} fen`;

test.each`
  wallets                                     | prefer                            | cashMax   | outcome
  ${'AUTO-P:5000'}                            | ${[]}                             | ${0n}     | ${'5000 AUTO-P=50000/50000, cash 0'}
  ${'AUTO-P:4999'}                            | ${[]}                             | ${0n}     | ${'missing 1 AUTO-P, 10 fen'}
  ${'AUTO-P:4999'}                            | ${[]}                             | ${null}   | ${'4999 AUTO-P=49990/49990, cash 10'}
  ${'AUTO-P:1000 COAL-P:30000'}               | ${['AUTO-P', 'COAL-P']}           | ${10000n} | ${'1000 AUTO-P=10000/10000, 30000 COAL-P=30000/30000, cash 10000'}
  ${'AUTO-P:1000 COAL-P:30000'}               | ${['AUTO-P', 'COAL-P']}           | ${9999n}  | ${'missing 1 AUTO-P, 1 fen'}
  ${'AUTO-P:9000 COAL-P:30000'}               | ${['COAL-P']}                     | ${0n}     | ${'30000 COAL-P=30000/30000, 2000 AUTO-P=20000/20000, cash 0'}
  ${'AUTO-P:9000 COAL-P:30000'}               | ${['COAL-P', 'AUTO-P', 'COAL-P']} | ${0n}     | ${'30000 COAL-P=30000/30000, 2000 AUTO-P=20000/20000, cash 0'}
  ${'COAL-P:9 AUTO-P:4999'}                   | ${[]}                             | ${null}   | ${'4999 AUTO-P=49990/49990, 9 COAL-P=9/9, cash 1'}
  ${'COAL-P:9:2027-02-01 TEL-P:9:2027-01-01'} | ${[]}                             | ${null}   | ${'9 TEL-P=9/9, 9 COAL-P=9/9, cash 49982'}
  ${'BANK-P:7'}                               | ${[]}                             | ${null}   | ${'5 BANK-P=1/1, cash 49999'}
  ${'BANK-P:4'}                               | ${[]}                             | ${null}   | ${'missing 5000 AUTO-P, 50000 fen'}
  ${''}                                       | ${[]}                             | ${null}   | ${'missing 5000 AUTO-P, 50000 fen'}
`('basic maintenance with "$wallets", prefer $prefer, cash at most $cashMax: $outcome', ({ wallets: given, prefer, cashMax, outcome }) =>
  expect(asText(split([line()], wallets(given), prefer, cashMax))).toBe(outcome),
);

test.each`
  what                                       | cart                                                                         | wallets           | outcome
  ${'799 for the data pack'}                 | ${[pack]}                                                                    | ${'TEL-P:799'}    | ${'missing 1 TEL-P, 1 fen'}
  ${'800 for the data pack'}                 | ${[pack]}                                                                    | ${'TEL-P:800'}    | ${'800 TEL-P=800/800, cash 0'}
  ${'three pieces'}                          | ${[line({ quantity: 3 })]}                                                   | ${'AUTO-P:15000'} | ${'15000 AUTO-P=150000/150000, cash 0'}
  ${'at most half in points, the rest cash'} | ${[line({ maxShareBasisPoints: 5_000 })]}                                    | ${'AUTO-P:5000'}  | ${'share limit 25000'}
  ${'own programme only'}                    | ${[line({ acceptsOthers: false })]}                                          | ${'COAL-P:50000'} | ${'missing 5000 AUTO-P, 50000 fen'}
  ${'anniversary: 5,000 points for 600.00'}  | ${[line({ faceFen: 60_000n })]}                                              | ${'AUTO-P:5000'}  | ${'5000 AUTO-P=60000/50000, cash 0'}
  ${'20,000 points for a coupon of 1,000'}   | ${[line({ faceFen: 100_000n, pricePoints: 20_000n })]}                       | ${'AUTO-P:20000'} | ${'20000 AUTO-P=100000/100000, cash 0'}
  ${'two lines of one programme'}            | ${[line(), line({ item: 'tyre', faceFen: 100_000n, pricePoints: 10_000n })]} | ${'AUTO-P:15000'} | ${'15000 AUTO-P=150000/150000, cash 0'}
`('$what: $outcome', ({ cart, wallets: given, outcome }) => expect(asText(split(cart, wallets(given), [], 0n))).toBe(outcome));

test('points that do not reach are shared over the lines in proportion to what each needs', () => {
  const outcome = split([line(), line({ item: 'tyre', faceFen: 100_000n, pricePoints: 10_000n })], wallets('AUTO-P:1000'), [], null);
  expect(outcome.kind === 'split' && outcome.lines.map(({ legs, cashFen }) => [legs[0]?.points, cashFen])).toEqual([
    [333n, 46_670n],
    [667n, 93_330n],
  ]);
});

test.each`
  chosen                  | share     | outcome
  ${[['AUTO-P', 2_000n]]} | ${10_000} | ${'2000 AUTO-P=20000/20000, cash 30000'}
  ${[['AUTO-P', 6_000n]]} | ${10_000} | ${'5000 AUTO-P=50000/50000, cash 0'}
  ${[['AUTO-P', 9_001n]]} | ${10_000} | ${'missing 1 AUTO-P, 10 fen'}
  ${[['COAL-P', 1n]]}     | ${10_000} | ${'missing 1 COAL-P, 0 fen'}
  ${[['AUTO-P', 2_500n]]} | ${5_000}  | ${'2500 AUTO-P=25000/25000, cash 25000'}
  ${[['AUTO-P', 2_501n]]} | ${5_000}  | ${'share limit 25000'}
  ${[]}                   | ${10_000} | ${'cash 50000'}
`('the member chooses $chosen of a share of $share: $outcome', ({ chosen, share, outcome }) => {
  const points = chosen.map(([programme, amount]: [string, bigint]) => ({ programme, points: amount }));
  expect(asText(splitChosen([line({ maxShareBasisPoints: share })], wallets('AUTO-P:9000'), points))).toBe(outcome);
});

test.each`
  wallets          | share     | remaining | at              | outcome
  ${'AUTO-P:5000'} | ${10_000} | ${null}   | ${'2027-01-02'} | ${{ state: 'AVAILABLE' }}
  ${'AUTO-P:4500'} | ${10_000} | ${null}   | ${'2027-01-02'} | ${{ state: 'MISSING_POINTS', missing: 500n }}
  ${'AUTO-P:2500'} | ${5_000}  | ${null}   | ${'2027-01-02'} | ${{ state: 'AVAILABLE' }}
  ${'AUTO-P:5000'} | ${10_000} | ${0}      | ${'2027-01-02'} | ${{ state: 'SOLD_OUT' }}
  ${'AUTO-P:5000'} | ${10_000} | ${null}   | ${'2026-12-31'} | ${{ state: 'CLOSED', opensAt: new Date('2027-01-01') }}
  ${'AUTO-P:5000'} | ${10_000} | ${null}   | ${'2027-01-03'} | ${{ state: 'CLOSED', opensAt: null }}
`('with "$wallets", share $share, $remaining left, on $at: $outcome', ({ wallets: given, share, remaining, at, outcome }) => {
  const item = { line: line({ maxShareBasisPoints: share }), opensAt: new Date('2027-01-01'), closesAt: new Date('2027-01-03'), remaining };
  expect(redeemable(item, wallets(given), new Date(at))).toEqual(outcome);
});

test('value per point in lowest terms', () => {
  expect(valuePerPoint(50_000n, 5_000n)).toEqual({ fen: 10n, points: 1n });
  expect(valuePerPoint(60_000n, 50_000n)).toEqual({ fen: 6n, points: 5n });
});

const programmes = Object.keys(values);
const anyLine = fc.record({
  item: fc.constantFrom('a', 'b', 'c'),
  version: fc.constant(1),
  quantity: fc.integer({ min: 1, max: 9 }),
  faceFen: fc.bigInt({ min: 1n, max: 200_000n }),
  programme: fc.constantFrom(...programmes),
  pricePoints: fc.bigInt({ min: 1n, max: 200_000n }),
  maxShareBasisPoints: fc.integer({ min: 0, max: 10_000 }),
  acceptsOthers: fc.boolean(),
});
const anyWallets = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...programmes), fc.bigInt({ min: 1n, max: 3_000_000n })), { selector: ([programme]) => programme })
  .map((all) => all.map(([programme, points]) => wallet(programme, points)));
const seed = Number(process.env['SEED'] ?? 20_261_121);

test(`parts sum exactly, nothing is overdrawn, no share limit is passed, no point too many is charged (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(anyLine, { minLength: 1, maxLength: 5 }), anyWallets, (cart, purse) => {
      const outcome = split(cart, purse, [], null);
      if (outcome.kind === 'refused') return;
      const price = sumOf(cart.map(({ faceFen, quantity }) => faceFen * BigInt(quantity)));
      expect(outcome.priceFen).toBe(price);
      expect(sumOf(outcome.legs.map((leg) => leg.fen)) + outcome.cashFen).toBe(price);
      outcome.lines.forEach((paid, index) => {
        const asked = cart[index] as CartLine;
        const covered = sumOf(paid.legs.map((leg) => leg.fen));
        expect(covered + paid.cashFen).toBe(paid.priceFen);
        expect(covered <= shareLimit(asked)).toBe(true);
        for (const leg of paid.legs) {
          const rate =
            leg.programme === asked.programme
              ? rational(asked.faceFen, asked.pricePoints)
              : rational(...(values[leg.programme] as [bigint, bigint]));
          expect(timesDown(leg.points - 1n, rate) < leg.fen).toBe(true);
          if (!asked.acceptsOthers) expect(leg.programme).toBe(asked.programme);
        }
      });
      for (const leg of outcome.legs) {
        const ofLines = outcome.lines.flatMap((paid) => paid.legs.filter(({ programme }) => programme === leg.programme));
        expect(sumOf(ofLines.map(({ points }) => points))).toBe(leg.points);
        expect(sumOf(ofLines.map(({ fen }) => fen))).toBe(leg.fen);
        expect(sumOf(ofLines.map(({ owedFen }) => owedFen))).toBe(leg.owedFen);
        expect(leg.points <= (purse.find(({ programme }) => programme === leg.programme)?.available ?? 0n)).toBe(true);
        expect(leg.owedFen <= leg.fen).toBe(true);
      }
    }),
    { seed, numRuns: 500 },
  );
});
