import { openTally } from '../../../gateway/limits/tally.js';

test('each has what it may and not one more, and so have all together', () => {
  const tally = openTally(3, 2);
  expect(['a', 'a', 'a', 'b', 'b', 'c'].map(tally.take)).toEqual([true, true, false, true, false, false]);
  tally.giveBack('a');
  expect([tally.take('c'), tally.take('a')]).toEqual([true, false]);
});

test('nothing is given back that was not taken', () => {
  const tally = openTally(1, 1);
  tally.giveBack('a');
  expect(tally.take('b')).toBe(true);
  tally.giveBack('a');
  expect(tally.take('a')).toBe(false);
  tally.giveBack('b');
  tally.giveBack('b');
  expect([tally.take('a'), tally.take('b')]).toEqual([true, false]);
});
