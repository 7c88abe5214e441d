import { inTurn } from '../../schema/in-turn.js';

test('each large piece has a turn of the event loop, in the order in which they came, and small ones are done in between', async () => {
  const order: string[] = [];
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const at: number[] = [];
  const pieces = ['a', 'b', 'c', 'd'].map((name) =>
    inTurn(() => {
      at.push(turns);
      order.push(name);
      return name;
    }),
  );
  const small = new Promise<void>((resolve) => void setImmediate(() => (order.push('small'), resolve())));
  expect(order).toEqual([]);
  expect(await Promise.all(pieces)).toEqual(['a', 'b', 'c', 'd']);
  await small;
  isOver = true;
  expect(new Set(at).size).toBe(4);
  expect(order.filter((name) => name !== 'small')).toEqual(['a', 'b', 'c', 'd']);
  expect(order.indexOf('small')).toBeLessThan(2);
});

test('a piece that throws fails its own caller only', async () => {
  const failed = inTurn(() => {
    throw new Error('mine');
  });
  const after = inTurn(() => 'after');
  await expect(failed).rejects.toThrow('mine');
  expect(await after).toBe('after');
});
