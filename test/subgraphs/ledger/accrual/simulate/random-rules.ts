import fc from 'fast-check';

const cap = fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined });
export const sometimes = <T>(...values: readonly T[]): fc.Arbitrary<T | undefined> =>
  fc.option(fc.constantFrom(...values), { nil: undefined });
/** Terms of rules of every kind, with caps and with what their points wait for. */
export const randomRules = fc.array(
  fc.record({
    what: fc.oneof(
      fc.record({
        kind: fc.constant('BASE'),
        rate: fc.record({ points: fc.integer({ min: 1, max: 9 }), fen: fc.integer({ min: 1, max: 300 }) }),
      }),
      fc.record({ kind: fc.constant('BONUS'), bonusBasisPoints: fc.integer({ min: 1, max: 30_000 }) }),
      fc.record({ kind: fc.constant('EVENT'), event: fc.constantFrom('LECTURE', 'SPEND'), eventPoints: fc.integer({ min: 1, max: 90 }) }),
    ),
    basis: fc.constantFrom('GROSS', 'NET'),
    category: sometimes('dress', 'shoes'),
    certificate: sometimes('GREEN'),
    tier: sometimes('GOLD'),
    caps: fc.record({
      transactionCapPoints: cap,
      dailyCapPoints: cap,
      monthlyCapPoints: cap,
      yearlyCapPoints: cap,
      balanceCapPoints: fc.option(fc.integer({ min: 1, max: 2_000 }), { nil: undefined }),
    }),
    creditFactor: fc.boolean(),
    pending: sometimes({ mode: 'DAYS', days: 14 }, { mode: 'EVENT', event: 'OVER' }, { mode: 'EVENT', event: 'OVER', lapseDays: 5 }),
  }),
  { minLength: 2, maxLength: 5 },
);
