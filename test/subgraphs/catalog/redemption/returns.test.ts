import fc from 'fast-check';
import { sumOf } from '../../../../subgraphs/kernel/rational.js';
import { reasonAllowed, returnOf, sumLegs } from '../../../../subgraphs/catalog/redemption/returns.js';
import type { Leg } from '../../../../subgraphs/catalog/quotes/split.js';

const leg = (programme: string, points: bigint, fen: bigint, owedFen = fen): Leg => ({ programme, issuer: 'x', points, fen, owedFen });

test('one of three pieces brings back a third of every part, and three times a third is all of it', () => {
  const line = {
    quantity: 3,
    returned: 0,
    priceFen: 30_000n,
    legs: [leg('A', 1_000n, 10_000n), leg('C', 10_000n, 10_000n)],
    cashFen: 10_000n,
  };
  const parts = [0, 1, 2].map((returned) => returnOf({ ...line, returned }, 1));
  expect(parts.map((part) => [...part.legs.map((each) => `${each.points}=${each.fen}`), part.cashFen])).toEqual([
    ['333=3334', '3333=3333', 3_333n],
    ['333=3333', '3333=3334', 3_333n],
    ['334=3333', '3334=3333', 3_334n],
  ]);
  expect(sumOf(parts.map((part) => part.cashFen))).toBe(10_000n);
  expect(sumLegs(parts.flatMap((part) => part.legs))).toEqual(line.legs);
});

const seed = Number(process.env['SEED'] ?? 20_261_121);
const anyLine = fc
  .record({
    quantity: fc.integer({ min: 1, max: 12 }),
    unit: fc.bigInt({ min: 1n, max: 10_000n }),
    odd: fc.bigInt({ min: 0n, max: 11n }),
    cuts: fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.bigInt({ min: 1n, max: 9_999n })), { maxLength: 3 }),
  })
  .map(({ quantity, unit, odd, cuts }) => {
    const priceFen = unit * BigInt(quantity) + odd;
    let rest = priceFen;
    const legs = cuts.flatMap(([percent, points], index) => {
      const fen = (rest * BigInt(percent)) / 100n;
      rest -= fen;
      return fen > 0n ? [leg(`P${index}`, points, fen, fen / 2n)] : [];
    });
    return { quantity, returned: 0, priceFen, legs, cashFen: rest };
  });

const upTo = ({ priceFen, quantity }: { priceFen: bigint; quantity: number }, pieces: number): bigint =>
  (priceFen * BigInt(pieces)) / BigInt(quantity);

test(`in any steps: every piece brings back its price, nothing goes below zero, all together is what was paid (seed ${seed})`, () => {
  fc.assert(
    fc.property(anyLine, fc.infiniteStream(fc.integer({ min: 1, max: 5 })), (line, sizes) => {
      const parts: ReturnType<typeof returnOf>[] = [];
      for (let returned = 0; returned < line.quantity;) {
        const pieces = Math.min((sizes.next().value as number | undefined) ?? 1, line.quantity - returned);
        const part = returnOf({ ...line, returned }, pieces);
        expect(sumOf(part.legs.map(({ fen }) => fen)) + part.cashFen).toBe(upTo(line, returned + pieces) - upTo(line, returned));
        for (const each of part.legs) expect(each.points >= 0n && each.fen >= 0n && each.owedFen >= 0n).toBe(true);
        expect(part.cashFen >= 0n).toBe(true);
        parts.push(part);
        returned += pieces;
      }
      expect(sumOf(parts.map((part) => part.cashFen))).toBe(line.cashFen);
      line.legs.forEach((whole, index) => {
        expect(sumOf(parts.map((part) => part.legs[index]?.points ?? 0n))).toBe(whole.points);
        expect(sumOf(parts.map((part) => part.legs[index]?.fen ?? 0n))).toBe(whole.fen);
        expect(sumOf(parts.map((part) => part.legs[index]?.owedFen ?? 0n))).toBe(whole.owedFen);
      });
    }),
    { seed, numRuns: 500 },
  );
});

test('what is left of a price after a capture in part need not divide by the pieces: all of them together still bring back all of it', () => {
  const line = { quantity: 3, returned: 0, priceFen: 100n, legs: [leg('A', 7n, 50n, 47n)], cashFen: 50n };
  const parts = [0, 1, 2].map((returned) => returnOf({ ...line, returned }, 1));
  expect(sumOf(parts.map((part) => part.cashFen))).toBe(50n);
  expect(sumLegs(parts.flatMap((part) => part.legs))).toEqual(line.legs);
  expect(returnOf(line, 3)).toEqual({ cashFen: 50n, legs: line.legs });
});

test.each`
  reason                 | kind              | allowed
  ${'FAULTY'}            | ${'PHONE_CREDIT'} | ${true}
  ${'CHANGED_MIND'}      | ${'GOODS'}        | ${true}
  ${'CHANGED_MIND'}      | ${'PHONE_CREDIT'} | ${false}
  ${'CHANGED_MIND'}      | ${'DONATION'}     | ${false}
  ${'SERVICE_CANCELLED'} | ${'TICKET'}       | ${true}
`('$reason for $kind: $allowed', ({ reason, kind, allowed }) => expect(reasonAllowed(reason, kind)).toBe(allowed));
