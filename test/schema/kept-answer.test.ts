import { setTimeout as wait } from 'node:timers/promises';
import { keptAnswer } from '../../schema/kept-answer.js';

test('a thousand who ask at once ask once, those of the next moment get the same, and the one after it asks anew', async () => {
  let asked = 0;
  const answer = keptAnswer(100, async () => {
    asked += 1;
    await wait(50);
    return asked;
  });
  expect(new Set(await Promise.all(Array.from({ length: 1_000 }, answer)))).toEqual(new Set([1]));
  await wait(60);
  expect([await answer(), asked]).toEqual([1, 1]);
  await wait(60);
  expect([await answer(), asked]).toEqual([2, 2]);
});

test('however long it takes, it is under way once', async () => {
  let asked = 0;
  const answer = keptAnswer(1, async () => {
    asked += 1;
    await wait(100);
  });
  const first = answer();
  await wait(50);
  await Promise.all([first, answer()]);
  expect(asked).toBe(1);
});

test('what failed is not kept', async () => {
  let asked = 0;
  const answer = keptAnswer(10_000, () => ((asked += 1) === 1 ? Promise.reject(new Error('no')) : Promise.resolve('yes')));
  await expect(answer()).rejects.toThrow('no');
  expect(await answer()).toBe('yes');
});
