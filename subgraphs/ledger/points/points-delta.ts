import { GraphQLScalarType } from 'graphql';

const limit = 2n ** 53n - 1n;

/** Only ever an answer: nobody sends a change of points. */
export const PointsDeltaScalar = new GraphQLScalarType<never, number>({
  name: 'PointsDelta',
  description: 'A change of points of one programme, within ±(2^53−1); negative where they become fewer.',
  serialize(value) {
    if (typeof value !== 'bigint' || value > limit || value < -limit) throw new Error('PointsDelta is a bigint within ±(2^53−1)');
    return Number(value);
  },
});
