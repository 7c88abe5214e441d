import fc from 'fast-check';
import { sumOf } from '../../../../subgraphs/kernel/rational.js';
import type { Leg } from '../../../../subgraphs/catalog/quotes/split.js';
import { captureOf, type PaidLine } from '../../../../subgraphs/catalog/redemption/part-capture.js';
import { viewers } from '../../../support/viewers.js';
import { newKey, newMember, offer, openWorld, type World } from '../world.js';

const leg = (programme: string, points: bigint, fen: bigint, owedFen = fen): Leg => ({ programme, issuer: 'x', points, fen, owedFen });

test('a maintenance of 500.00 for which 350.00 are charged: seven tenths of each part', () => {
  const line = { line: 1, priceFen: 50_000n, legs: [leg('AUTO-P', 1_000n, 10_000n), leg('COAL-P', 30_000n, 30_000n)], cashFen: 10_000n };
  expect(captureOf(35_000n, [line])).toEqual([
    { line: 1, priceFen: 35_000n, legs: [leg('AUTO-P', 700n, 7_000n), leg('COAL-P', 21_000n, 21_000n)], cashFen: 7_000n },
  ]);
  expect(captureOf(1n, [line])).toEqual([{ line: 1, priceFen: 1n, legs: [leg('COAL-P', 1n, 1n)], cashFen: 0n }]);
});

const anyLine = fc
  .record({
    priceFen: fc.bigInt({ min: 1n, max: 200_000n }),
    cuts: fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.bigInt({ min: 1n, max: 999_999n }), fc.integer({ min: 0, max: 100 })), {
      maxLength: 3,
    }),
  })
  .map(({ priceFen, cuts }): PaidLine => {
    let rest = priceFen;
    const legs = cuts.flatMap(([percent, points, owed], index) => {
      const fen = (rest * BigInt(percent)) / 100n;
      rest -= fen;
      return fen > 0n ? [leg(`P${index}`, points, fen, (fen * BigInt(owed)) / 100n)] : [];
    });
    return { line: 1, priceFen, legs, cashFen: rest };
  });

const seed = Number(process.env['SEED'] ?? 20_261_121);
test(`any part of any lines: sums are exact, nothing exceeds what was held, all of it is what was held (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(anyLine, { minLength: 1, maxLength: 4 }), fc.double({ min: 0, max: 1, noNaN: true }), (lines, share) => {
      const whole = sumOf(lines.map(({ priceFen }) => priceFen));
      const fen = 1n + BigInt(Math.floor(share * Number(whole - 1n)));
      const captured = captureOf(fen, lines);
      expect(sumOf(captured.map(({ priceFen }) => priceFen))).toBe(fen);
      captured.forEach((line, n) => {
        const before = lines[n] as PaidLine;
        expect(sumOf(line.legs.map((part) => part.fen)) + line.cashFen).toBe(line.priceFen);
        expect(line.cashFen <= before.cashFen && line.cashFen >= 0n).toBe(true);
        for (const part of line.legs) {
          const held = before.legs.find(({ programme }) => programme === part.programme) as Leg;
          expect(part.points > 0n && part.points <= held.points && part.fen <= held.fen).toBe(true);
          expect(part.owedFen >= 0n && part.owedFen <= part.fen && part.owedFen <= held.owedFen).toBe(true);
          // Rounded up, and by less than a point.
          expect(part.points * held.fen >= part.fen * held.points && (part.points - 1n) * held.fen < part.fen * held.points).toBe(true);
        }
      });
      expect(captureOf(whole, lines)).toEqual(lines);
    }),
    { seed, numRuns: 1_000 },
  );
});

describe('through the graph', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
    await offer(world, { stock: 10 });
  });
  afterAll(() => world.close());

  const shop = viewers.partner('automotive');
  const quote = `mutation { quote(cart: [{ item: "basic-maintenance" }], prefer: ["AUTO-P", "COAL-P"], cashMaxFen: 10000) { ... on Quoted { quote { id cashFen } } } }`;
  const hold = `mutation ($quoteId: ID!) { hold(quoteId: $quoteId) { ... on Held { hold { id } } } }`;
  const capture = `mutation ($holdId: ID!, $fen: Fen) { capture(holdId: $holdId, fen: $fen) { __typename
    ... on Captured { replayed redemption { id state priceFen cashFen legs { points fen } lines { line priceFen cashFen legs { points fen } } } }
    ... on AlreadyCaptured { redemption { priceFen } } ... on MoreThanHeld { code heldFen } } }`;
  const returnLines = `mutation ($redemption: ID!) { returnLines(redemption: $redemption, lines: [{ line: 1, quantity: 1 }], reason: FAULTY) {
    ... on LinesReturned { cashFen restored { programme { id } points } } } }`;

  const held = async () => {
    const { uid, viewer } = newMember();
    world.peers.give(uid, 'AUTO-P', 1_000);
    world.peers.give(uid, 'COAL-P', 30_000);
    const quoteId = (await world.get<{ quote: { id: string } }>(viewer, quote, {}, newKey())).quote.id;
    const { hold: made } = await world.get<{ hold: { id: string } }>(viewer, hold, { quoteId }, newKey());
    return { uid, viewer, holdId: made.id };
  };

  test('the shop charges less than it held: points and cash in proportion, the rest is free, and a return brings back what was charged', async () => {
    const { uid, viewer, holdId } = await held();
    await expect(world.get(viewer, capture, { holdId, fen: 1 }, newKey())).rejects.toThrow('FORBIDDEN_OPERATION');
    await expect(world.get(shop, capture, { holdId, fen: 0 }, newKey())).rejects.toThrow('BAD_INPUT');
    expect(await world.get(shop, capture, { holdId, fen: 50_001 }, newKey())).toEqual({
      __typename: 'MoreThanHeld',
      code: 'MORE_THAN_HELD',
      heldFen: 50_000,
    });
    const legs = [
      { points: 700, fen: 7_000 },
      { points: 21_000, fen: 21_000 },
    ];
    const first = await world.get<{ redemption: { id: string } }>(shop, capture, { holdId, fen: 35_000 }, 'part');
    expect(first).toEqual({
      __typename: 'Captured',
      replayed: false,
      redemption: {
        id: expect.any(String),
        state: 'COMPLETED',
        priceFen: 35_000,
        cashFen: 7_000,
        legs,
        lines: [{ line: 1, priceFen: 35_000, cashFen: 7_000, legs }],
      },
    });
    expect(world.peers.pointsOf(uid, 'AUTO-P')).toEqual({ available: 300, held: 0, burned: 700 });
    expect(world.peers.pointsOf(uid, 'COAL-P')).toEqual({ available: 9_000, held: 0, burned: 21_000 });
    expect(await world.get(shop, capture, { holdId, fen: 35_000 }, 'part')).toEqual({ ...first, replayed: true });
    const other = await world.ask(shop, capture, { holdId, fen: 34_999 }, 'part');
    expect(other.errors).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_CONFLICT' } }]);
    expect(await world.get(shop, capture, { holdId, fen: 10 }, newKey())).toMatchObject({ redemption: { priceFen: 35_000 } });
    expect(await world.get(shop, returnLines, { redemption: first.redemption.id }, newKey())).toEqual({
      cashFen: 7_000,
      restored: [
        { programme: { id: 'AUTO-P' }, points: 700 },
        { programme: { id: 'COAL-P' }, points: 21_000 },
      ],
    });
  });

  test('the whole of it named is a capture like any other', async () => {
    const { uid, holdId } = await held();
    expect(await world.get(shop, capture, { holdId, fen: 50_000 }, newKey())).toMatchObject({
      redemption: { priceFen: 50_000, cashFen: 10_000 },
    });
    expect(world.peers.pointsOf(uid, 'COAL-P')).toEqual({ available: 0, held: 0, burned: 30_000 });
  });

  test.each(['captureHold', 'redeem.PINNED', 'redeem.DELIVERED'] as const)(
    'cut off at %s, it is carried on with the part that was asked for',
    async (place) => {
      const { uid, holdId } = await held();
      let struck = 1;
      const once = (name: string): boolean => name === place && struck-- > 0;
      if (place === 'captureHold') world.peers.weather = (field) => (once(field) ? 'lostAnswer' : 'fine');
      else world.crash = once;
      await world.ask(shop, capture, { holdId, fen: 25_000 }, newKey());
      await world.resume();
      world.peers.weather = () => 'fine';
      world.crash = () => false;
      expect(world.peers.pointsOf(uid, 'AUTO-P')).toEqual({ available: 500, held: 0, burned: 500 });
      expect(world.peers.pointsOf(uid, 'COAL-P')).toEqual({ available: 15_000, held: 0, burned: 15_000 });
    },
  );

  test('a shop captures in part once, however many ask at once', async () => {
    const { uid, holdId } = await held();
    const answers = await Promise.all([10_000, 20_000, 30_000].map((fen) => world.get(shop, capture, { holdId, fen }, newKey())));
    expect(answers.filter(({ __typename }) => __typename === 'Captured')).toHaveLength(1);
    const { burned } = world.peers.pointsOf(uid, 'COAL-P');
    expect([6_000, 12_000, 18_000]).toContain(burned);
  });
});
