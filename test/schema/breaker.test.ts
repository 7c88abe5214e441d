import fc from 'fast-check';
import { Breaker } from '../../schema/breaker.js';

const rules = { failures: 3, restMs: 500, atOnce: 2 };
const failing = (breaker: Breaker, times: number, at: number): void => {
  for (let time = 0; time < times; time += 1) {
    expect(breaker.start(at)).toBeNull();
    breaker.end(false, at);
  }
};

test('after so many failures in a row nobody is kept waiting; one call tries once it has rested', () => {
  const breaker = new Breaker(rules);
  failing(breaker, 2, 0);
  expect(breaker.start(0)).toBeNull();
  breaker.end(true, 0);
  failing(breaker, 3, 1_000);
  expect(breaker.start(1_499)).toBe('it failed 3 times in a row');
  expect(breaker.start(1_500)).toBeNull();
  expect(breaker.start(1_500)).toBe('it failed 3 times in a row');
  breaker.end(false, 1_600);
  expect(breaker.start(2_099)).not.toBeNull();
  expect(breaker.start(2_100)).toBeNull();
  breaker.end(true, 2_101);
  expect(breaker.start(2_101)).toBeNull();
});

test('no more calls than allowed are under way at once', () => {
  const breaker = new Breaker(rules);
  expect([breaker.start(0), breaker.start(0), breaker.start(0)]).toEqual([null, null, '2 calls are under way']);
  breaker.end(true, 0);
  expect([breaker.start(0), breaker.start(0)]).toEqual([null, '2 calls are under way']);
});

test('whatever happens: never more than allowed under way, and after a success and a rest the next call starts', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ wait: fc.nat(600), answer: fc.constantFrom('start', 'ok', 'failed') })), (steps) => {
      const breaker = new Breaker(rules);
      let now = 0;
      let underWay = 0;
      for (const { wait, answer } of steps) {
        now += wait;
        if (answer === 'start') {
          if (breaker.start(now) === null) underWay += 1;
        } else if (underWay > 0) {
          breaker.end(answer === 'ok', now);
          underWay -= 1;
        }
        expect(underWay).toBeLessThanOrEqual(rules.atOnce);
      }
      for (; underWay > 0; underWay -= 1) breaker.end(true, now);
      expect(breaker.start(now + rules.restMs)).toBeNull();
    }),
    { seed: 20_261_121 },
  );
});
