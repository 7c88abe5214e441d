import fc from 'fast-check';
import { benefitsOf, type CreditFacts, standingOf } from '../../../subgraphs/members/credit-band.js';

const terms = { trustedFromScore: 700, multiplierBasisPoints: 12_500, thresholdBasisPoints: 9_000 };
const at = new Date('2026-06-01T00:00:00Z');
const record = (facts: Partial<CreditFacts>): CreditFacts => ({ score: null, band: null, at, ...facts });

test.each`
  record                                    | isConsented | band         | multiplier | threshold
  ${null}                                   | ${true}     | ${'BASE'}    | ${10_000}  | ${10_000}
  ${record({ score: 900 })}                 | ${false}    | ${'BASE'}    | ${10_000}  | ${10_000}
  ${record({ score: 699 })}                 | ${true}     | ${'BASE'}    | ${10_000}  | ${10_000}
  ${record({ score: 700 })}                 | ${true}     | ${'TRUSTED'} | ${12_500}  | ${9_000}
  ${record({ score: 701 })}                 | ${true}     | ${'TRUSTED'} | ${12_500}  | ${9_000}
  ${record({ band: 'TRUSTED' })}            | ${true}     | ${'TRUSTED'} | ${12_500}  | ${9_000}
  ${record({ band: 'TRUSTED', score: 1 })}  | ${true}     | ${'TRUSTED'} | ${12_500}  | ${9_000}
  ${record({ band: 'BASE', score: 1_000 })} | ${true}     | ${'BASE'}    | ${10_000}  | ${10_000}
  ${record({ band: 'TRUSTED' })}            | ${false}    | ${'BASE'}    | ${10_000}  | ${10_000}
  ${record({ score: 0 })}                   | ${true}     | ${'BASE'}    | ${10_000}  | ${10_000}
`('$record, consented $isConsented: $band', ({ record: facts, isConsented, band, multiplier, threshold }) => {
  const standing = standingOf(facts, isConsented, terms);
  expect(standing).toMatchObject({ band, multiplierBasisPoints: multiplier, thresholdBasisPoints: threshold });
  expect(benefitsOf(standing).map(({ kind }) => kind)).toEqual([
    'ACCRUAL_MULTIPLIER',
    'THRESHOLD_FACTOR',
    ...(band === 'TRUSTED' ? ['EXCLUSIVE_ACCESS'] : []),
  ]);
});

test('A8: 1,000 yuan make 1,250 points, and 5,000 become 4,500', () => {
  const { multiplierBasisPoints, thresholdBasisPoints } = standingOf(record({ band: 'TRUSTED' }), true, terms);
  expect((1_000 * multiplierBasisPoints) / 10_000).toBe(1_250);
  expect((5_000 * thresholdBasisPoints) / 10_000).toBe(4_500);
});

test('nobody falls below the base, whatever is recorded and whatever the terms say', () => {
  const facts = fc.option(
    fc.record({
      score: fc.option(fc.integer()),
      band: fc.option(fc.constantFrom('BASE' as const, 'TRUSTED' as const)),
      at: fc.constant(at),
    }),
  );
  const anyTerms = fc.record({ trustedFromScore: fc.integer(), multiplierBasisPoints: fc.integer(), thresholdBasisPoints: fc.integer() });
  fc.assert(
    fc.property(facts, fc.boolean(), anyTerms, (some, isConsented, published) => {
      const standing = standingOf(some, isConsented, published);
      expect(standing.multiplierBasisPoints).toBeGreaterThanOrEqual(10_000);
      expect(standing.thresholdBasisPoints).toBeLessThanOrEqual(10_000);
    }),
    { numRuns: 200 },
  );
});
