import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const limit = 2n ** 53n - 1n;

const refuse = (value: unknown): never => {
  throw new GraphQLError(
    `PointsDelta is a whole number within ±9007199254740991, such as -500; this was ${JSON.stringify(value) ?? String(value)}`,
    {
      extensions: { code: 'BAD_INPUT' },
    },
  );
};

/** Points that come or go. */
export const PointsDeltaScalar = new GraphQLScalarType<bigint, number>({
  name: 'PointsDelta',
  description: 'A change of points of one programme, within ±(2^53−1); negative where they become fewer.',
  serialize(value) {
    if (typeof value !== 'bigint' || value > limit || value < -limit) throw new Error('PointsDelta is a bigint within ±(2^53−1)');
    return Number(value);
  },
  parseValue: (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : refuse(value)),
  parseLiteral: (node) => {
    if (node.kind !== Kind.INT) return refuse('value' in node ? node.value : node.kind);
    const whole = BigInt(node.value);
    return whole >= -limit && whole <= limit ? whole : refuse(node.value);
  },
});
