import fc from 'fast-check';
import { Regulars } from '../../../gateway/access/regulars.js';

const asked = (map: Regulars<string>, ...keys: readonly string[]): readonly string[] => {
  const made: string[] = [];
  for (const key of keys)
    map.of(key, () => {
      made.push(key);
      return key;
    });
  return made;
};

test('a value is made once, and again only once it is forgotten', () => {
  const map = new Regulars<string>(32);
  expect(asked(map, 'a', 'a', 'b', 'a', 'b')).toEqual(['a', 'b']);
  expect(map.size).toBe(2);
});

test('what came twice outlives any number of keys that come once', () => {
  const map = new Regulars<string>(32);
  asked(map, 'a', 'a', 'b', 'b');
  expect(asked(map, ...Array.from({ length: 1_000 }, (_, index) => `once${index}`))).toHaveLength(1_000);
  expect(asked(map, 'a', 'b')).toEqual([]);
  expect(map.size).toBe(4);
});

test('of the regulars those are forgotten that were not asked for the longest', () => {
  const map = new Regulars<string>(2);
  asked(map, 'a', 'a', 'b', 'b', 'a', 'c', 'c');
  expect(asked(map, 'a')).toEqual([]);
  expect(asked(map, 'b')).toEqual(['b']);
});

test('whatever is asked, no more is kept than the limit and its room, and every answer is the value of its key', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40)), (keys) => {
      const map = new Regulars<string>(16);
      for (const key of keys) {
        expect(map.of(String(key), () => `value ${key}`)).toBe(`value ${key}`);
        expect(map.size).toBeLessThanOrEqual(17);
      }
    }),
    { seed: 20_261_121 },
  );
});

test('a flood of heavy values, each asked for once or twice, keeps the weight bounded, and who is asked for all the time stays', () => {
  const map = new Regulars<string>(1_000, 1_000);
  const weigh = (value: string): number => (value.startsWith('heavy') ? 100 : 1);
  const regulars = Array.from({ length: 50 }, (_, index) => `regular${index}`);
  for (const key of [...regulars, ...regulars]) map.of(key, () => key, weigh);
  for (let index = 0; index < 500; index += 1) {
    const key = `heavy${index}`;
    for (let times = 0; times <= index % 2; times += 1) map.of(key, () => key, weigh);
    if (index % 5 === 0) expect(asked(map, ...regulars)).toEqual([]);
    expect(map.weight).toBeLessThanOrEqual(1_250);
  }
});
