import fc from 'fast-check';
import { aboutBytes } from '../../schema/about-bytes.js';

const item = fc.record({
  id: fc.string({ minLength: 4, maxLength: 30 }),
  count: fc.integer(),
  tags: fc.array(fc.string(), { maxLength: 3 }),
});

test('what is estimated is of the size of the text, where nothing is left out', () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 3 }), (items) => {
      const text = JSON.stringify({ items });
      expect(aboutBytes({ items })).toBeGreaterThan(text.length / 4);
      expect(aboutBytes({ items })).toBeLessThan(text.length * 2 + 10);
    }),
    { seed: 7 },
  );
});

test('three items stand for a long list, so a value of any length takes no time', () => {
  let looked = 0;
  const items = Array.from({ length: 10_000 }, () => ({
    get name() {
      looked += 1;
      return 'twenty characters ...';
    },
  }));
  const bytes = aboutBytes({ items });
  expect(looked).toBe(3);
  const text = JSON.stringify({ items });
  expect(bytes).toBeGreaterThan(text.length * 0.8);
  expect(bytes).toBeLessThan(text.length * 1.2);
});

test.each([
  [null, 5],
  [undefined, 5],
  [7, 5],
  ['', 2],
  [[], 2],
  [{}, 2],
])('%j is a small thing', (value, bytes) => expect(aboutBytes(value)).toBe(bytes));
