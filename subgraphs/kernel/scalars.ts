import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const limit = 2n ** 53n - 1n;

/** A whole number on the wire, a bigint inside. Input: 0 … 2^53−1. Output: also negative, for entries that take away. */
function wholeNumber(name: string, description: string, sample: string): GraphQLScalarType<bigint, number> {
  const refuse = (value: unknown): never => {
    throw new GraphQLError(
      `${name} is a whole number from 0 to 9007199254740991, such as ${sample}; this was ${JSON.stringify(value) ?? String(value)}`,
      {
        extensions: { code: 'BAD_INPUT' },
      },
    );
  };
  return new GraphQLScalarType<bigint, number>({
    name,
    description,
    serialize(value) {
      const whole = typeof value === 'string' || typeof value === 'number' ? BigInt(value) : (value as bigint);
      if (typeof whole !== 'bigint' || whole > limit || whole < -limit) throw new Error(`${name} is outside ±(2^53−1)`);
      return Number(whole);
    },
    parseValue: (value) => (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : refuse(value)),
    parseLiteral: (node) => {
      if (node.kind !== Kind.INT) return refuse('value' in node ? node.value : node.kind);
      const whole = BigInt(node.value);
      return whole >= 0n && whole <= limit ? whole : refuse(node.value);
    },
  });
}

export const PointsScalar = wholeNumber('Points', 'Points of one programme, a whole number within ±(2^53−1).', '1000');
export const FenScalar = wholeNumber('Fen', 'Money in fen (1/100 yuan), a whole number within ±(2^53−1).', '10000 for 100.00 yuan');

/** An instant with its offset; a time without an offset is refused, for nobody knows which zone it meant. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An instant as ISO 8601 with an offset, such as 2026-11-21T18:00:00+08:00.',
  serialize: (value) => (value instanceof Date ? value : new Date(value as string)).toISOString(),
  parseValue: parseInstant,
  parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : undefined),
});

function parseInstant(value: unknown): Date {
  const instant =
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/.test(value)
      ? new Date(value)
      : undefined;
  if (!instant || Number.isNaN(instant.getTime())) {
    throw new GraphQLError('DateTime is ISO 8601 with an offset, such as 2026-11-21T18:00:00+08:00', { extensions: { code: 'BAD_INPUT' } });
  }
  return instant;
}
