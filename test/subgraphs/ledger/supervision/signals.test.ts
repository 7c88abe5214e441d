import fc from 'fast-check';
import {
  type Facts,
  groupsOf,
  partnersIn,
  scoreOf,
  type SignalKind,
  signalsOf,
  since,
} from '../../../../subgraphs/ledger/supervision/signals.js';
import { defaultTerms } from '../../../../subgraphs/ledger/supervision/terms.js';

const at = new Date('2026-11-21T04:00:00Z');
const nothing: Facts = { gifts: [], transfers: [], rewards: [], fees: [], cashOuts: [] };
const many = <T>(count: number, row: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => row(n));

/** Facts of one hub out of how much of each there is. */
const factsOf = (kind: SignalKind, value: number): Facts => {
  const [member, partner] = ['hub', 'baby'];
  switch (kind) {
    case 'NO_PURCHASE':
      return { ...nothing, gifts: many(value, () => ({ member, partner, at })) };
    case 'FAN_IN':
      return { ...nothing, transfers: many(value, (n) => ({ from: `m${n}`, to: member, at })) };
    case 'RECRUIT_REWARD':
      return { ...nothing, rewards: many(value, () => ({ member, partner, at })) };
    case 'ENTRY_FEE':
      return { ...nothing, fees: many(value, () => ({ member, partner, at })) };
    case 'CASH_OUT':
      return { ...nothing, cashOuts: [{ member, acceptor: partner, fen: BigInt(value), at }] };
  }
};
const signalOf = (facts: Facts, kind: SignalKind) => {
  const [group] = groupsOf(facts);
  return group && signalsOf(group, facts, defaultTerms.signals).find((signal) => signal.kind === kind);
};

test.each`
  kind                | value      | hit
  ${'NO_PURCHASE'}    | ${9}       | ${false}
  ${'NO_PURCHASE'}    | ${10}      | ${true}
  ${'NO_PURCHASE'}    | ${11}      | ${true}
  ${'FAN_IN'}         | ${9}       | ${false}
  ${'FAN_IN'}         | ${10}      | ${true}
  ${'FAN_IN'}         | ${11}      | ${true}
  ${'RECRUIT_REWARD'} | ${9}       | ${false}
  ${'RECRUIT_REWARD'} | ${10}      | ${true}
  ${'RECRUIT_REWARD'} | ${11}      | ${true}
  ${'ENTRY_FEE'}      | ${9}       | ${false}
  ${'ENTRY_FEE'}      | ${10}      | ${true}
  ${'ENTRY_FEE'}      | ${11}      | ${true}
  ${'CASH_OUT'}       | ${99_999}  | ${false}
  ${'CASH_OUT'}       | ${100_000} | ${true}
  ${'CASH_OUT'}       | ${100_001} | ${true}
`('$kind of $value: counts $hit', ({ kind, value, hit }: { kind: SignalKind; value: number; hit: boolean }) => {
  const facts = factsOf(kind, value);
  expect(signalOf(facts, kind)).toEqual({ kind, value: BigInt(value), ...defaultTerms.signals[kind], hit });
  const [group] = groupsOf(facts);
  // One signal alone opens no case.
  expect(scoreOf(signalsOf(group as never, facts, defaultTerms.signals))).toBe(hit ? 20 : 0);
});

test('the same sender ten times is one sender, and a reward of each of ten members is nobody’s ten', () => {
  const transfers = many(10, () => ({ from: 'a', to: 'hub', at }));
  expect(signalOf({ ...nothing, transfers }, 'FAN_IN')).toMatchObject({ value: 1n, hit: false });
  const ring = many(10, (n) => ({ from: `m${n}`, to: 'hub', at }));
  const rewards = many(10, (n) => ({ member: `m${n}`, partner: 'baby', at }));
  expect(signalOf({ ...nothing, transfers: ring, rewards }, 'RECRUIT_REWARD')).toMatchObject({ value: 1n, hit: false });
});

test('a ring of twelve is one group around its hub; strangers beside it are groups of their own', () => {
  const ring = many(11, (n) => ({ from: `m${String(n).padStart(2, '0')}`, to: 'hub', at }));
  const facts: Facts = {
    ...nothing,
    transfers: [...ring, { from: 'hub', to: 'exit', at }],
    gifts: [...ring.map(({ from: member }) => ({ member, partner: 'baby', at })), { member: 'stranger', partner: null, at }],
    cashOuts: [{ member: 'exit', acceptor: 'shop', fen: 1n, at }],
  };
  const groups = groupsOf(facts);
  expect(new Map(groups.map(({ hub, members }) => [hub, members.length]))).toEqual(
    new Map([
      ['hub', 13],
      ['stranger', 1],
    ]),
  );
  const group = groups.find(({ hub }) => hub === 'hub') as (typeof groups)[number];
  expect(partnersIn(group, facts)).toEqual(['baby', 'shop']);
  const signals = signalsOf(group, facts, defaultTerms.signals);
  expect(signals.filter(({ hit }) => hit).map(({ kind, value }) => [kind, value])).toEqual([
    ['NO_PURCHASE', 11n],
    ['FAN_IN', 11n],
  ]);
  expect(scoreOf(signals)).toBe(defaultTerms.caseScore);
});

test('what lies before the clearing of a case counts no more; what comes after it does', () => {
  const later = new Date(at.getTime() + 1);
  const facts: Facts = {
    ...nothing,
    gifts: [
      { member: 'a', partner: 'baby', at },
      { member: 'a', partner: 'baby', at: later },
      { member: 'b', partner: 'baby', at },
    ],
    transfers: [
      { from: 'a', to: 'b', at },
      { from: 'b', to: 'c', at },
    ],
  };
  expect(since(facts, new Map([['a', at]]))).toEqual({
    ...nothing,
    gifts: [
      { member: 'a', partner: 'baby', at: later },
      { member: 'b', partner: 'baby', at },
    ],
    transfers: [{ from: 'b', to: 'c', at }],
  });
});

test('whatever the transfers: everybody is in exactly one group, giver and receiver in the same, whatever their order', () => {
  const member = fc.integer({ min: 0, max: 12 }).map((n) => `m${n}`);
  const transfer = fc.record({ from: member, to: member, at: fc.constant(at) });
  fc.assert(
    fc.property(fc.array(transfer, { maxLength: 25 }), fc.array(member, { maxLength: 6 }), (transfers, given) => {
      const facts: Facts = { ...nothing, transfers, gifts: given.map((each) => ({ member: each, partner: null, at })) };
      const groups = groupsOf(facts);
      const everybody = [...new Set([...transfers.flatMap(({ from, to }) => [from, to]), ...given])].toSorted();
      expect(groups.flatMap(({ members }) => members).toSorted()).toEqual(everybody);
      for (const { from, to } of transfers) expect(groups.find(({ members }) => members.includes(from))?.members).toContain(to);
      const asText = (some: typeof groups): string[] => some.map(({ hub, members }) => `${hub}: ${members.join(' ')}`).toSorted();
      expect(asText(groupsOf({ ...facts, transfers: transfers.toReversed() }))).toEqual(asText(groups));
    }),
    { seed: 20_261_122 },
  );
});
