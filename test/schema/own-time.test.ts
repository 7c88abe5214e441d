import { setTimeout as wait } from 'node:timers/promises';
import { ownTime } from '../../schema/own-time.js';

test('time goes by while the event loop is free, and stands still while it is held', async () => {
  const clock = ownTime();
  const start = clock.now();
  await wait(300);
  const free = clock.now() - start;
  expect(free).toBeGreaterThan(100);
  const before = clock.now();
  const until = performance.now() + 500;
  while (performance.now() < until);
  expect(clock.now() - before).toBeLessThan(150);
  clock.stop();
});
