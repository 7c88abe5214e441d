import { Recent } from '../../schema/recent.js';

test('a value is made once, and forgotten when it was not asked for the longest', () => {
  const recent = new Recent<string>(3);
  const made: string[] = [];
  const ask = (key: string): string =>
    recent.of(key, () => {
      made.push(key);
      return key.toUpperCase();
    });
  for (const key of ['a', 'b', 'c', 'a', 'a', 'd', 'a', 'b']) expect(ask(key)).toBe(key.toUpperCase());
  expect(made).toEqual(['a', 'b', 'c', 'd', 'b']);
  for (let index = 0; index < 100; index += 1) ask(`k${index}`);
  expect(recent.size).toBe(3);
});

test('what failed to be made is tried again', () => {
  const recent = new Recent<number>(3);
  const fails = (): number => {
    throw new Error('no');
  };
  expect(() => recent.of('a', fails)).toThrow('no');
  expect(recent.of('a', () => 1)).toBe(1);
});

test('what it weighs together is bounded too; what weighs more than all may is not kept, and what is asked for stays', () => {
  const recent = new Recent<string>(100, 10);
  for (const key of ['a', 'b', 'c']) recent.set(key, key, 3);
  expect([recent.get('a'), recent.weight]).toEqual(['a', 9]);
  recent.set('d', 'd', 1);
  expect([recent.size, recent.weight]).toEqual([4, 10]);
  recent.set('e', 'e', 1);
  expect([...recent.values()]).toEqual(['c', 'a', 'd', 'e']);
  recent.set('c', 'C', 5);
  expect([[...recent.values()], recent.weight]).toEqual([['C', 'a', 'd', 'e'], 10]);
  recent.delete('a');
  expect(recent.weight).toBe(7);
  recent.set('whale', 'whale', 11);
  expect([recent.size, recent.weight]).toEqual([3, 7]);
});
