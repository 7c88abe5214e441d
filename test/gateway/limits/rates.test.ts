import fc from 'fast-check';
import { callerOf, networkOf } from '../../../gateway/limits/caller.js';
import { openRates, type Spender } from '../../../gateway/limits/rates.js';
import { unitsAt, waitFor } from '../../../gateway/limits/token-bucket.js';
import { usualLimits } from '../../../schema/limits.js';
import { viewers } from '../../support/viewers.js';

const rate = { perSecond: 10, burst: 100 };

test.each`
  units  | after    | held
  ${0}   | ${0}     | ${0}
  ${0}   | ${99}    | ${0.99}
  ${0}   | ${1_000} | ${10}
  ${95}  | ${499}   | ${99.99}
  ${95}  | ${500}   | ${100}
  ${95}  | ${9_000} | ${100}
  ${-50} | ${5_000} | ${0}
  ${50}  | ${-1}    | ${50}
`('$units units and $after ms are $held', ({ units, after, held }) => {
  expect(unitsAt({ units, atMs: 1_000 }, rate, 1_000 + after)).toBeCloseTo(held, 9);
});

test.each`
  wanted | held  | ms
  ${10}  | ${10} | ${0}
  ${11}  | ${10} | ${100}
  ${100} | ${0}  | ${10_000}
  ${1}   | ${-9} | ${1_000}
  ${101} | ${0}  | ${Infinity}
`('for $wanted units who has $held waits $ms ms', ({ wanted, held, ms }) => {
  expect(waitFor(wanted, held, rate)).toBe(ms);
});

function world(perSecond = 10, burst = 100) {
  const clock = { ms: 0 };
  const rates = openRates({ rates: { ...usualLimits.rates, partner: { perSecond, burst } } }, () => clock.ms);
  return { clock, rates };
}
const telecom: Spender = { key: 'partner:telecom', class: 'partner' };
const garage: Spender = { key: 'partner:automotive', class: 'partner' };
const limited = (retryAfter: number): Error =>
  expect.objectContaining({ status: 429, code: 'RATE_LIMITED', facts: { retryAfter } }) as Error;

test('what was saved up is spent, the unit above it is refused, and after the time that was named it runs', () => {
  const { clock, rates } = world();
  expect(rates.spend(telecom, 60)).toMatchObject({ 'ratelimit-policy': '"partner";q=100;w=10', ratelimit: '"partner";r=40;t=6' });
  expect(() => rates.spend(telecom, 61)).toThrow(limited(3));
  expect(rates.spend(telecom, 40)['ratelimit']).toBe('"partner";r=0;t=10');
  expect(() => rates.admit(telecom)).toThrow(limited(1));
  expect(() => rates.spend(telecom, 21)).toThrow(limited(3));
  clock.ms = 2_099;
  expect(() => rates.spend(telecom, 21)).toThrow(limited(1));
  clock.ms = 2_100;
  expect(() => rates.spend(telecom, 21)).not.toThrow();
});

test('nobody pays for another, and a trifle costs one unit', () => {
  const { rates } = world();
  for (let count = 0; count < 100; count += 1) rates.spend(telecom, 0);
  expect(() => rates.spend(telecom, 0)).toThrow(limited(1));
  expect(rates.spend(garage, 0)['ratelimit']).toBe('"partner";r=99;t=1');
});

test('refused requests leave a debt, of one burst at the most', () => {
  const { clock, rates } = world();
  for (let count = 0; count < 1_000; count += 1) rates.charge(telecom, 10);
  clock.ms = 9_999;
  expect(() => rates.admit(telecom)).toThrow(limited(1));
  clock.ms = 10_100;
  expect(() => rates.admit(telecom)).not.toThrow();
});

test('in no time does anybody spend more than the burst and what came back', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3_000), fc.nat(60)), { maxLength: 60 }), (asked) => {
      const { clock, rates } = world();
      let spent = 0;
      for (const [pause, units] of asked) {
        clock.ms += pause;
        try {
          rates.spend(telecom, units);
          spent += Math.max(1, units);
        } catch {
          // Refused; nothing is taken.
        }
        expect(spent).toBeLessThanOrEqual(100 + clock.ms / 100 + 1e-6);
      }
    }),
    { numRuns: 200, seed: 20_261_121 },
  );
});

test.each`
  address                   | network
  ${'203.0.113.7'}          | ${'203.0.113.7'}
  ${'::ffff:203.0.113.7'}   | ${'203.0.113.7'}
  ${'2001:db8:1:2:3:4:5:6'} | ${'2001:db8:1:2::/64'}
  ${'2001:db8:1:2::1'}      | ${'2001:db8:1:2::/64'}
  ${'2001:DB8:1:2:ffff::'}  | ${'2001:db8:1:2::/64'}
  ${'2001:db8::1'}          | ${'2001:db8:0:0::/64'}
  ${'::1'}                  | ${'0:0:0:0::/64'}
  ${'fe80::1%eth0'}         | ${'fe80:0:0:0::/64'}
  ${''}                     | ${''}
`('$address counts as $network', ({ address, network }) => expect(networkOf(address)).toBe(network));

test('units are the principal’s, wherever it comes from and by whatever program; nobody’s are the address’s', () => {
  const of = (viewer: Parameters<typeof callerOf>[0], client: string, address: string): string =>
    callerOf(viewer, viewer.kind === 'service' ? 'anonymous' : viewer.kind, client, address).key;
  expect(of(viewers.partner('telecom'), 'a', '1.1.1.1')).toBe(of(viewers.partner('telecom'), 'b', '2.2.2.2'));
  expect(of(viewers.partner('telecom'), 'a', '1.1.1.1')).not.toBe(of(viewers.partner('banking'), 'a', '1.1.1.1'));
  expect(of(viewers.anonymous, 'a', '1.1.1.1')).not.toBe(of(viewers.anonymous, 'a', '2.2.2.2'));
});
