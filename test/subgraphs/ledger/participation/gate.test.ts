import { closedToAll, closedToMember, promisesIn } from '../../../../subgraphs/ledger/participation/gate.js';

const validFrom = new Date('2026-11-01T00:00:00Z');
const validUntil = new Date('2027-11-01T00:00:00Z');
const licence = { version: 2, validFrom, validUntil };

test.each`
  on       | licensed | acknowledged | at                            | closed
  ${false} | ${true}  | ${2}         | ${'2026-12-01T00:00:00Z'}     | ${'PARTICIPATION_OFF'}
  ${false} | ${false} | ${null}      | ${'2026-12-01T00:00:00Z'}     | ${'PARTICIPATION_OFF'}
  ${true}  | ${false} | ${2}         | ${'2026-12-01T00:00:00Z'}     | ${'LICENCE_MISSING'}
  ${true}  | ${true}  | ${2}         | ${'2026-10-31T23:59:59Z'}     | ${'LICENCE_MISSING'}
  ${true}  | ${true}  | ${2}         | ${'2026-11-01T00:00:00Z'}     | ${null}
  ${true}  | ${true}  | ${2}         | ${'2027-10-31T23:59:59.999Z'} | ${null}
  ${true}  | ${true}  | ${2}         | ${'2027-11-01T00:00:00Z'}     | ${'LICENCE_MISSING'}
  ${true}  | ${true}  | ${1}         | ${'2026-12-01T00:00:00Z'}     | ${'ACKNOWLEDGEMENT_MISSING'}
  ${true}  | ${true}  | ${null}      | ${'2026-12-01T00:00:00Z'}     | ${'ACKNOWLEDGEMENT_MISSING'}
`('on $on, licensed $licensed, acknowledged $acknowledged at $at: $closed', ({ on, licensed, acknowledged, at, closed }) => {
  const standing = { on: on as boolean, licence: licensed ? licence : null, acknowledged: acknowledged as number | null };
  const instant = new Date(at as string);
  expect(closedToMember(standing, instant)?.code ?? null).toBe(closed);
  expect(closedToAll(standing, instant)?.code ?? null).toBe(closed === 'ACKNOWLEDGEMENT_MISSING' ? null : closed);
});

test.each([
  ['本计划不承诺任何回报', []],
  ['年化收益高，稳赚', ['稳赚', '年化']],
  ['A Guaranteed Return of ten per cent', ['guaranteed return']],
])('%s: promises %j', (text, promises) => {
  expect(promisesIn(text)).toEqual(promises);
});
