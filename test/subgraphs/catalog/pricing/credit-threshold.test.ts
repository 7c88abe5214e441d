import fc from 'fast-check';
import { linesFor, thresholdFor } from '../../../../subgraphs/catalog/pricing/credit-threshold.js';

test.each`
  what                          | pricePoints | creditThreshold | factor    | points
  ${'the trusted'}              | ${5_000n}   | ${true}         | ${9_000}  | ${4_500n}
  ${'everybody'}                | ${5_000n}   | ${true}         | ${10_000} | ${5_000n}
  ${'an item that counts none'} | ${5_000n}   | ${false}        | ${9_000}  | ${5_000n}
  ${'rounded up'}               | ${5_001n}   | ${true}         | ${9_000}  | ${4_501n}
  ${'never above the price'}    | ${5_000n}   | ${true}         | ${11_000} | ${5_000n}
  ${'never nothing'}            | ${1n}       | ${true}         | ${1}      | ${1n}
`('$what: $points', ({ pricePoints, creditThreshold, factor, points }) =>
  expect(thresholdFor({ pricePoints, creditThreshold }, { thresholdBasisPoints: factor as number })).toBe(points),
);

test('a better band never asks for more, and nobody pays above the price or nothing', () => {
  fc.assert(
    fc.property(
      fc.bigInt(1n, 10n ** 12n),
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 1, max: 10_000 }),
      (pricePoints, a, b) => {
        const at = (thresholdBasisPoints: number) => thresholdFor({ pricePoints, creditThreshold: true }, { thresholdBasisPoints });
        const [low, high] = [at(Math.min(a, b)), at(Math.max(a, b))];
        expect(low >= 1n && low <= high && high <= pricePoints).toBe(true);
      },
    ),
    { seed: 8 },
  );
});

test('each line of a cart at its own item', () =>
  expect(
    linesFor(
      [{ pricePoints: 100n }, { pricePoints: 100n }],
      [
        { pricePoints: 100n, creditThreshold: true },
        { pricePoints: 100n, creditThreshold: false },
      ],
      { thresholdBasisPoints: 9_000 },
    ),
  ).toEqual([{ pricePoints: 90n }, { pricePoints: 100n }]));
