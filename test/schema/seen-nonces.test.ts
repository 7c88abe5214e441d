import fc from 'fast-check';
import { seenNonces } from '../../schema/seen-nonces.js';

test('whatever could still be sent again is known: a call signed in the future, heard first at once and last at its end', () => {
  const seen = seenNonces(60);
  expect(seen.first('a', 1_000)).toBe(true);
  for (let now = 1_000; now <= 1_120; now += 1) {
    seen.first(`other ${now}`, now);
    expect(seen.first('a', now)).toBe(false);
  }
});

test('in whatever order nonces come, none is new twice within two windows', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 40 })), { maxLength: 200 }), (calls) => {
      const seen = seenNonces(60);
      const firstAt = new Map<number, number>();
      let now = 0;
      for (const [nonce, pause] of calls) {
        now += pause;
        const known = firstAt.get(nonce);
        const isNew = seen.first(String(nonce), now);
        if (known === undefined) expect(isNew).toBe(true);
        else if (now - known <= 120) expect(isNew).toBe(false);
        if (isNew) firstAt.set(nonce, now);
      }
    }),
    { seed: 7 },
  );
});

test('nonces are forgotten after two turns, so that memory is bounded by what comes in four windows', () => {
  const seen = seenNonces(60, 3);
  expect([1, 2, 3, 4].map((nonce) => seen.first(`${nonce}`, 0))).toEqual([true, true, true, false]);
  expect(seen.first('5', 120)).toBe(true);
  expect(seen.first('1', 121)).toBe(false);
  expect(seen.first('1', 240)).toBe(true);
});
