import fc from 'fast-check';
import { generate, generatedPoints, generatedPurchases } from '../../../gateway/sandbox/generator.js';

const programmes = {
  telecom: ['TEL-P', 10],
  retailer: ['COAL-P', 1],
  automotive: ['AUTO-P', 1],
  banking: ['BANK-P', 1],
  airline: ['AIR-M', 0.5],
} as const;

test('the closed form is the sum of what every member earns, whatever the seed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 700 }), (seed, count) => {
      const sums = new Map<string, number>(Object.values(programmes).map(([programme]) => [programme, 0]));
      let purchases = 0;
      const refs = new Set<string>();
      for (const member of generate(seed, count)) {
        refs.add(member.ref);
        for (const { partner, fen } of member.purchases) {
          const [programme, perYuan] = programmes[partner as keyof typeof programmes];
          sums.set(programme, (sums.get(programme) ?? 0) + Math.floor((fen / 100) * perYuan));
          purchases += 1;
        }
      }
      expect(sums).toEqual(generatedPoints(count));
      expect(purchases).toBe(generatedPurchases(count));
      expect(refs.size).toBe(count);
    }),
    { numRuns: 60 },
  );
});

test('a seed always deals alike, and another seed otherwise', () => {
  const dealt = (seed: number) => JSON.stringify([...generate(seed, 50)].map(({ purchases }) => purchases.map(({ fen }) => fen)));
  expect(dealt(7)).toBe(dealt(7));
  expect(dealt(7)).not.toBe(dealt(8));
});

test('the sums of ten thousand members', () => {
  expect(Object.fromEntries(generatedPoints(10_000))).toMatchInlineSnapshot(`
{
  "AIR-M": 1186000,
  "AUTO-P": 4245050,
  "BANK-P": 1828800,
  "COAL-P": 1588812,
  "TEL-P": 10910000,
}
`);
});
