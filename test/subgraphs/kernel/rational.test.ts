import fc from 'fast-check';
import { allocate, inverse, rational, sumOf, timesDown, timesUp } from '../../../subgraphs/kernel/rational.js';

test.each`
  value     | numerator | denominator | down     | up
  ${10000n} | ${10n}    | ${100n}     | ${1000n} | ${1000n}
  ${99n}    | ${10n}    | ${100n}     | ${9n}    | ${10n}
  ${1n}     | ${5n}     | ${1n}       | ${5n}    | ${5n}
  ${-99n}   | ${10n}    | ${100n}     | ${-10n}  | ${-9n}
  ${0n}     | ${1n}     | ${3n}       | ${0n}    | ${0n}
`('$value × $numerator/$denominator is $down rounded down, $up rounded up', ({ value, numerator, denominator, down, up }) => {
  expect(timesDown(value, rational(numerator, denominator))).toBe(down);
  expect(timesUp(value, rational(numerator, denominator))).toBe(up);
});

test('what is charged covers the price, and one point less would not', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 12n), fc.bigInt(1n, 1000n), fc.bigInt(1n, 1000n), (fen, numerator, denominator) => {
      const rate = rational(numerator, denominator);
      const points = timesUp(fen, inverse(rate));
      expect(timesDown(points, rate)).toBeGreaterThanOrEqual(fen);
      expect((points - 1n) * numerator).toBeLessThan(fen * denominator);
    }),
  );
});

test('shares sum exactly, and none is off by a whole unit', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 15n), fc.array(fc.bigInt(0n, 10n ** 9n), { minLength: 1, maxLength: 20 }), (total, weights) => {
      fc.pre(sumOf(weights) > 0n);
      const shares = allocate(total, weights);
      expect(sumOf(shares)).toBe(total);
      shares.forEach((share, index) => {
        const exact = (total * (weights[index] as bigint)) / sumOf(weights);
        expect(share === exact || share === exact + 1n).toBe(true);
      });
    }),
  );
});
