import { type Offer, redeemable } from '../../../../subgraphs/catalog/items/redeemable.js';
import { rational } from '../../../../subgraphs/kernel/rational.js';

const opensAt = new Date('2026-11-21T00:00:00+08:00');
const closesAt = new Date('2026-11-22T00:00:00+08:00');
const line = {
  item: 'cup',
  version: 1,
  quantity: 1,
  faceFen: 1_000n,
  programme: 'COAL-P',
  pricePoints: 1_000n,
  maxShareBasisPoints: 10_000,
  acceptsOthers: true,
};
const wallet = { programme: 'COAL-P', issuer: 'coalition', value: rational(1n), earliestExpiry: null, acceptorIsIssuer: false };
const state = (offer: Partial<Offer>, available: bigint, at: Date): string =>
  redeemable({ line, opensAt, closesAt, remaining: null, ...offer }, available > 0n ? [{ ...wallet, available }] : [], at).state;

test.each`
  boundary    | ms        | expected
  ${opensAt}  | ${-1_000} | ${'CLOSED'}
  ${opensAt}  | ${-1}     | ${'CLOSED'}
  ${opensAt}  | ${0}      | ${'AVAILABLE'}
  ${opensAt}  | ${1_000}  | ${'AVAILABLE'}
  ${closesAt} | ${-1_000} | ${'AVAILABLE'}
  ${closesAt} | ${-1}     | ${'AVAILABLE'}
  ${closesAt} | ${0}      | ${'CLOSED'}
  ${closesAt} | ${1_000}  | ${'CLOSED'}
`('an item $ms ms from $boundary is $expected', ({ boundary, ms, expected }) => {
  expect(state({}, 1_000n, new Date((boundary as Date).getTime() + (ms as number)))).toBe(expected);
});

test.each`
  remaining | available | blocked          | expected
  ${1}      | ${1_000n} | ${[]}            | ${'AVAILABLE'}
  ${0}      | ${1_000n} | ${[]}            | ${'SOLD_OUT'}
  ${1}      | ${999n}   | ${[]}            | ${'MISSING_POINTS'}
  ${1}      | ${0n}     | ${[]}            | ${'MISSING_POINTS'}
  ${1}      | ${1_000n} | ${['coalition']} | ${'CLOSED'}
  ${1}      | ${1_000n} | ${['banking']}   | ${'AVAILABLE'}
`('$remaining left, $available points, blocked for $blocked: $expected', ({ remaining, available, blocked, expected }) => {
  const offer = { remaining: remaining as number, line: { ...line, category: 'cups', blockedIssuers: blocked as string[] } };
  expect(state(offer, available as bigint, opensAt)).toBe(expected);
});
