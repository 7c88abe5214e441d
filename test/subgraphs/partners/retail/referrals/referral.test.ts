import { verdictOf } from '../../../../../subgraphs/partners/retail/referrals/referral.js';

const second = 1_000;
const day = 86_400 * second;
const at = new Date('2026-11-01T00:00:00+08:00');
const facts = { at, until: new Date(at.getTime() + 90 * day), waitDays: 7 };
const after = (ms: number): Date => new Date(at.getTime() + ms);

test.each`
  bought               | now                      | verdict
  ${null}              | ${90 * day - second}     | ${'WAITING'}
  ${null}              | ${90 * day}              | ${'LAPSED'}
  ${-second}           | ${day}                   | ${'WAITING'}
  ${-second}           | ${90 * day}              | ${'LAPSED'}
  ${0}                 | ${7 * day - second}      | ${'WAITING'}
  ${0}                 | ${7 * day}               | ${'REWARDED'}
  ${90 * day - second} | ${97 * day - 2 * second} | ${'WAITING'}
  ${90 * day - second} | ${97 * day - second}     | ${'REWARDED'}
  ${90 * day}          | ${200 * day}             | ${'LAPSED'}
`('bought $bought ms after the referral, looked at $now ms after it: $verdict', ({ bought, now, verdict }) => {
  expect(verdictOf(facts, bought === null ? null : after(bought), after(now))).toBe(verdict);
});
