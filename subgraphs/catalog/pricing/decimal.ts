import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { type Rational, rational } from '../../kernel/rational.js';

/** A decimal number of 0 or more as it is written, with at most 9 digits before and 6 after the point; never a float. */
export type Decimal = string;

const shape = /^\d{1,9}(?:\.\d{1,6})?$/;

/** The exact value of a decimal: `1.25` is 125/100. */
export function exactly(decimal: Decimal): Rational {
  const [whole = '', fraction = ''] = decimal.split('.');
  return rational(BigInt(whole + fraction), 10n ** BigInt(fraction.length));
}

/** Basis points as a percentage: 1250 is `12.50`. */
export const percentOf = (basisPoints: number): Decimal => `${Math.floor(basisPoints / 100)}.${String(basisPoints % 100).padStart(2, '0')}`;

const read = (value: unknown): Decimal => {
  const written = typeof value === 'number' ? String(value) : value;
  if (typeof written === 'string' && shape.test(written)) return written;
  throw new GraphQLError('Decimal is a number of 0 or more with at most 6 decimals, such as "1.25"', {
    extensions: { code: 'BAD_INPUT' },
  });
};

export const DecimalScalar = new GraphQLScalarType<Decimal, Decimal>({
  name: 'Decimal',
  description: 'A decimal number of 0 or more, kept exactly as it is written, such as "1.25"; at most 6 decimals.',
  serialize: read,
  parseValue: read,
  // A number in a document is text still, so nothing is lost on the way.
  parseLiteral: (node) => read(node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT ? node.value : undefined),
});
