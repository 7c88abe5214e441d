import fc from 'fast-check';
import { rational } from '../../../../subgraphs/kernel/rational.js';
import { exactly, percentOf } from '../../../../subgraphs/catalog/pricing/decimal.js';
import { boundsAround, nearest, pointsFor, priceAt } from '../../../../subgraphs/catalog/pricing/dynamic-price.js';

test.each`
  cost       | demand        | fen    | points | price       | because
  ${6_000n}  | ${'1.00'}     | ${1n}  | ${1n}  | ${6_000n}   | ${'A6, I16: 60.00 at 0.01 a point'}
  ${6_000n}  | ${'1.2'}      | ${1n}  | ${1n}  | ${7_200n}   | ${'demand 1.2'}
  ${50_000n} | ${'1'}        | ${1n}  | ${10n} | ${500_000n} | ${'0.001 a point'}
  ${50_000n} | ${'1'}        | ${10n} | ${1n}  | ${5_000n}   | ${'0.10 a point'}
  ${100n}    | ${'1'}        | ${3n}  | ${1n}  | ${34n}      | ${'charged points are rounded up'}
  ${1n}      | ${'0.000001'} | ${1n}  | ${1n}  | ${1n}       | ${'never below 1 point'}
`('$because: $price', ({ cost, demand, fen, points, price }) =>
  expect(pointsFor(cost as bigint, exactly(demand as string), rational(fen as bigint, points as bigint))).toBe(price),
);

test.each`
  reference | percent   | least     | most
  ${6_000n} | ${'20'}   | ${4_800n} | ${7_200n}
  ${6_000n} | ${'12.5'} | ${5_250n} | ${6_750n}
  ${999n}   | ${'10'}   | ${900n}   | ${1_098n}
  ${6_000n} | ${'0'}    | ${6_000n} | ${6_000n}
  ${3n}     | ${'100'}  | ${1n}     | ${6n}
  ${10n}    | ${'500'}  | ${1n}     | ${60n}
`('$percent % around $reference', ({ reference, percent, least, most }) => {
  const bounds = boundsAround(reference as bigint, exactly(percent as string));
  expect(bounds).toEqual({ reference, least, most });
  expect([0n, least, reference, most, (most as bigint) + 1n].map((wish) => nearest(bounds, wish as bigint))).toEqual([
    least,
    least,
    reference,
    most,
    most,
  ]);
});

test('the bound is exact: what lies within moved by the percentage at the most, what lies without by more', () => {
  const natural = fc.bigInt({ min: 1n, max: 10n ** 12n });
  fc.assert(
    fc.property(natural, natural, fc.integer({ min: 0, max: 30_000 }), (reference, wish, basisPoints) => {
      const { least, most } = boundsAround(reference, exactly(percentOf(basisPoints)));
      const moved = (wish > reference ? wish - reference : reference - wish) * 10_000n;
      const within = wish >= least && wish <= most;
      // Down to 1 point is as far as a price can fall.
      expect(within).toBe(moved <= reference * BigInt(basisPoints));
    }),
    { seed: 20_261_121 },
  );
});

const at = (hour: number): Date => new Date(Date.UTC(2030, 0, 1, hour));
const regular = [
  { points: 6_000n, from: at(10), until: at(20) },
  { points: 7_000n, from: at(20), until: null },
];
const special = [{ points: 5_000n, from: at(14), until: at(16) }];
test.each`
  hour  | inForce   | plain
  ${9}  | ${6_000n} | ${6_000n}
  ${10} | ${6_000n} | ${6_000n}
  ${14} | ${5_000n} | ${6_000n}
  ${16} | ${6_000n} | ${6_000n}
  ${20} | ${7_000n} | ${7_000n}
`('the price at $hour h', ({ hour, inForce, plain }) => {
  expect(priceAt(regular, special, at(hour as number), 'IN_FORCE')).toBe(inForce);
  expect(priceAt(regular, special, at(hour as number), 'REGULAR')).toBe(plain);
});

test.each`
  points     | inForce
  ${5_999n}  | ${5_999n}
  ${6_000n}  | ${6_000n}
  ${6_001n}  | ${6_000n}
  ${60_000n} | ${6_000n}
`('of a special price of $points beside 6000, $inForce counts', ({ points, inForce }) => {
  const beside = [{ points: points as bigint, from: at(1), until: at(9) }];
  expect(priceAt([{ points: 6_000n, from: at(0), until: null }], beside, at(5), 'IN_FORCE')).toBe(inForce);
});

test('an item without prices has none', () => expect(priceAt([], [], at(1), 'IN_FORCE')).toBeNull());
