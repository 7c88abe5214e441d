import { v7 as uuid } from 'uuid';
import { bindingLimit, type BurnLimits, burnRoom, type Spent } from '../../../../../subgraphs/ledger/points/limits/burn-room.js';
import { viewers } from '../../../../support/viewers.js';
import { catalog, openLedger, type Row, type TestLedger } from '../../ledger.js';

const limits = (more: Partial<BurnLimits>): BurnLimits => ({
  transactionPoints: null,
  dailyPoints: null,
  monthlyPoints: null,
  yearlyPoints: null,
  leastBalancePoints: null,
  ...more,
});
const all = limits({ transactionPoints: 100n, dailyPoints: 150n, monthlyPoints: 200n, yearlyPoints: 250n });
const spent = (day: bigint, month = day, year = month, available = 1_000n): Spent => ({ day, month, year, available });
test.each`
  bounds                                    | before                       | room
  ${limits({})}                             | ${spent(9n)}                 | ${null}
  ${all}                                    | ${spent(0n)}                 | ${100n}
  ${all}                                    | ${spent(51n)}                | ${99n}
  ${all}                                    | ${spent(0n, 101n)}           | ${99n}
  ${all}                                    | ${spent(0n, 0n, 249n)}       | ${1n}
  ${all}                                    | ${spent(0n, 0n, 251n)}       | ${0n}
  ${all}                                    | ${spent(-50n)}               | ${100n}
  ${limits({ leastBalancePoints: 1_000n })} | ${spent(0n, 0n, 0n, 999n)}   | ${0n}
  ${limits({ leastBalancePoints: 1_000n })} | ${spent(0n, 0n, 0n, 1_000n)} | ${null}
`('after $before.day $before.month $before.year: $room', ({ bounds, before, room }) =>
  expect(burnRoom(bounds as BurnLimits, before as Spent)).toBe(room),
);

test.each`
  bounds                                    | before                       | binding
  ${all}                                    | ${spent(0n)}                 | ${['TRANSACTION', 100n, 100n]}
  ${all}                                    | ${spent(0n, 0n, 0n, 100n)}   | ${null}
  ${all}                                    | ${spent(0n, 0n, 0n, 101n)}   | ${['TRANSACTION', 100n, 100n]}
  ${all}                                    | ${spent(51n)}                | ${['DAY', 150n, 99n]}
  ${all}                                    | ${spent(50n, 100n, 150n)}    | ${['TRANSACTION', 100n, 100n]}
  ${all}                                    | ${spent(150n, 200n, 250n)}   | ${['YEAR', 250n, 0n]}
  ${all}                                    | ${spent(150n, 200n, 249n)}   | ${['MONTH', 200n, 0n]}
  ${limits({ leastBalancePoints: 1_000n })} | ${spent(0n, 0n, 0n, 999n)}   | ${['BALANCE', 1_000n, 0n]}
  ${limits({ leastBalancePoints: 1_000n })} | ${spent(0n, 0n, 0n, 1_000n)} | ${null}
  ${limits({ leastBalancePoints: 1_000n })} | ${spent(0n, 0n, 0n, 0n)}     | ${null}
`('after $before.day $before.month $before.year of $before.available it is $binding', ({ bounds, before, binding }) => {
  const found = bindingLimit(bounds as BurnLimits, before as Spent);
  expect(found && [found.period, found.max, found.left]).toEqual(binding);
});

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

const set = `mutation ($limits: BurnLimitsInput!) {
  setBurnLimits(programme: "COAL-P", limits: $limits) { programme { burnLimits { transactionPoints dailyPoints leastBalancePoints } } }
}`;
const bound = (bounds: Row): Promise<Row> => ledger.write(viewers.staff('admin'), set, { limits: bounds });
const burnPoints = `mutation ($input: BurnPointsInput!) { burnPoints(input: $input) { __typename ... on PointsMissing { programme missing missingFen } } }`;
const placeHold = `mutation ($input: PlaceHoldInput!) { placeHold(input: $input) { __typename ... on PointsMissing { missing } } }`;
const asked = (member: string, points: number): Row => ({
  hold: uuid(),
  redemption: uuid(),
  memberUid: member,
  acceptor: 'fashion',
  legs: [{ programme: 'COAL-P', points, fen: points }],
});
const burn = async (member: string, points: number, key = uuid()): Promise<unknown> => {
  const answer = await ledger.write(catalog, burnPoints, { input: asked(member, points) }, key);
  return answer['__typename'] === 'PointsMissing' ? answer['missing'] : answer['__typename'];
};
const spendable = async (member: string): Promise<unknown> => {
  const answer = await ledger.ask(catalog, 'query ($m: ID!) { spendable(memberUid: $m, acceptor: "fashion") { available } }', {
    m: member,
  });
  return (answer.data?.['spendable'] as { available: number }[]).map(({ available }) => available);
};
const rich = async (): Promise<string> => {
  const member = uuid();
  await ledger.accrue(member, 'COAL-P', 1_000);
  return member;
};

test('at once: the very number, and one more; what a shop may ask for is what the limit leaves', async () => {
  const member = await rich();
  expect(await bound({ transactionPoints: 100 })).toEqual({
    programme: { burnLimits: { transactionPoints: 100, dailyPoints: null, leastBalancePoints: null } },
  });
  expect(await spendable(member)).toEqual([100]);
  expect(await burn(member, 101)).toBe(1);
  expect(await burn(member, 100)).toBe('HoldCaptured');
  expect(await burn(member, 100)).toBe('HoldCaptured');
  await bound({});
  expect(await spendable(member)).toEqual([800]);
});

test('in a day of Shanghai, to the second; what is set aside counts, what is let go does not', async () => {
  await ledger.setClock('2026-11-10T15:59:59Z');
  const member = await rich();
  await bound({ dailyPoints: 300 });
  expect(await burn(member, 200)).toBe('HoldCaptured');
  const input = asked(member, 100);
  expect(await ledger.write(catalog, placeHold, { input })).toEqual({ __typename: 'HoldPlaced' });
  expect(await burn(member, 1)).toBe(1);
  expect(await spendable(member)).toEqual([]);
  await ledger.write(catalog, 'mutation ($hold: ID!) { releaseHold(hold: $hold) { __typename } }', { hold: input['hold'] });
  expect(await burn(member, 100)).toBe('HoldCaptured');
  expect(await burn(member, 1)).toBe(1);
  await ledger.setClock('2026-11-10T16:00:00Z');
  expect(await burn(member, 300)).toBe('HoldCaptured');
  await bound({});
});

test('twenty at once never pass the limit together', async () => {
  const member = await rich();
  await bound({ monthlyPoints: 250 });
  const answers = await Promise.all(Array.from({ length: 20 }, () => burn(member, 50)));
  expect(answers.filter((answer) => answer === 'HoldCaptured')).toHaveLength(5);
  await bound({});
});

test('the least balance is there or nothing is spent; the same key has the same answer', async () => {
  const member = await rich();
  await bound({ leastBalancePoints: 1_000 });
  const input = asked(member, 10);
  expect(await ledger.write(catalog, burnPoints, { input }, 'once')).toEqual({ __typename: 'HoldCaptured' });
  expect(await burn(member, 10)).toBe(10);
  expect(await ledger.write(catalog, burnPoints, { input }, 'once')).toEqual({ __typename: 'HoldCaptured' });
  const refused = asked(member, 10);
  expect(await ledger.write(catalog, burnPoints, { input: refused }, 'twice')).toEqual({
    __typename: 'PointsMissing',
    programme: 'COAL-P',
    missing: 10,
    missingFen: 10,
  });
  await bound({});
  expect(await ledger.write(catalog, burnPoints, { input: refused }, 'twice')).toMatchObject({ __typename: 'PointsMissing' });
  expect(await burn(member, 10)).toBe('HoldCaptured');
});

test('staff of the issuer set them, and nobody else', async () => {
  const codeOf = async (viewer: Parameters<TestLedger['ask']>[0], bounds: Row = {}) =>
    (await ledger.ask(viewer, set, { limits: bounds }, uuid())).errors?.[0]?.extensions?.['code'];
  expect(await codeOf(viewers.partnerStaff('coalition'))).toBeUndefined();
  expect(await codeOf(viewers.partnerStaff('telecom'))).toBe('FORBIDDEN_OPERATION');
  expect(await codeOf(viewers.partner('coalition'))).toMatch(/^FORBIDDEN/);
  expect(await codeOf(viewers.staff('admin'), { dailyPoints: 0 })).toBe('BAD_INPUT');
});
