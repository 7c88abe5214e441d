import { parseValue } from 'graphql';
import { DateTimeScalar, FenScalar, PointsScalar } from '../../../subgraphs/kernel/scalars.js';

test.each([0, 1, 1000, Number.MAX_SAFE_INTEGER])('%p is taken from a variable and from a document, and given back', (value) => {
  expect(PointsScalar.parseValue(value)).toBe(BigInt(value));
  expect(PointsScalar.parseLiteral(parseValue(String(value)))).toBe(BigInt(value));
  expect(PointsScalar.serialize(BigInt(value))).toBe(value);
});

test.each([-1, 1.5, 2 ** 53, Number.NaN, '1000', null, true, {}, 1e21])('%p is refused with a sentence', (value) => {
  expect(() => FenScalar.parseValue(value)).toThrow(/^Fen is a whole number from 0 to 9007199254740991/);
});

test.each(['-1', '1.5', '9007199254740992', '"10"', 'true', '1e3'])('%s is refused in a document', (literal) => {
  expect(() => PointsScalar.parseLiteral(parseValue(literal))).toThrow(/^Points is a whole number/);
});

test('what would not survive the wire never leaves', () => {
  expect(() => PointsScalar.serialize(2n ** 53n)).toThrow('outside');
  expect(PointsScalar.serialize(-(2n ** 53n - 1n))).toBe(-Number.MAX_SAFE_INTEGER);
});

test.each(['2026-11-21T18:00:00+08:00', '2026-11-21T10:00:00Z', '2026-11-21T10:00:00.000Z', '2026-11-21T18:00+08:00'])(
  '%s is an instant',
  (text) => {
    expect(DateTimeScalar.parseValue(text).toISOString()).toBe('2026-11-21T10:00:00.000Z');
  },
);

test.each(['2026-11-21', '2026-11-21T18:00:00', '2026-13-01T00:00:00Z', 'now', 1_800_000_000])(
  '%p is refused, for it names no zone or no time',
  (value) => {
    expect(() => DateTimeScalar.parseValue(value)).toThrow('ISO 8601 with an offset');
  },
);
