import { v7 as uuid } from 'uuid';
import { createLogger } from '../../../../subgraphs/kernel/log.js';
import { jobs } from '../../../../subgraphs/ledger/points/jobs.js';
import { soonToExpire } from '../../../../subgraphs/ledger/points/spending-renews.js';
import { viewers } from '../../../support/viewers.js';
import { catalog, openLedger, refOf, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
  const programme = {
    id: 'SLIDE-P',
    issuer: 'fashion',
    name: { zh: '滑', en: 'Sliding' },
    value: { fen: 1, points: 1 },
    acceptance: { scope: 'ALL' },
  };
  await ledger.write(viewers.staff('admin'), `mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { __typename } }`, {
    input: { ...programme, expiry: { mode: 'SLIDING', months: 12 } },
  });
  await ledger.publish({
    programme: 'SLIDE-P',
    name: 'base',
    kind: 'BASE',
    rate: { points: 1, fen: 1 },
    validFrom: '2020-01-01T00:00:00Z',
  });
});
afterAll(() => ledger.close());

const accrue = `mutation ($ref: String!, $at: DateTime, $fen: Fen!, $purchase: String!) {
  accrue(programme: "SLIDE-P", memberRef: $ref, at: $at, purchaseRef: $purchase, lines: [{ sku: "x", fen: $fen }]) { __typename }
}`;
const buy = (member: string, fen: number, at?: string): Promise<Row> =>
  ledger.write(viewers.partner('fashion'), accrue, { ref: refOf(member, 'fashion'), at, fen, purchase: uuid() });
const available = async (member: string, at: string): Promise<unknown> => {
  await ledger.setClock(at);
  return (await ledger.balance(member, 'SLIDE-P'))?.['available'];
};
const expiries = async (member: string): Promise<string[]> =>
  (await ledger.sql<{ at: string }>(`select expires_at as at from lot where member_uid = '${member}' order by points`)).map(({ at }) =>
    new Date(at).toISOString(),
  );

test('points earned renew all that live, to the second; what is gone stays gone', async () => {
  const member = uuid();
  await ledger.setClock('2026-02-28T10:00:00+08:00');
  await buy(member, 1);
  expect(await available(member, '2027-02-28T01:59:59Z')).toBe(1);
  await buy(member, 20);
  expect(await expiries(member)).toEqual(['2028-02-28T01:59:59.000Z', '2028-02-28T01:59:59.000Z']);
  expect(await available(member, '2028-02-28T01:59:58Z')).toBe(21);
  expect(await available(member, '2028-02-28T01:59:59Z')).toBe(0);
  await buy(member, 300);
  expect(await available(member, '2028-02-28T02:00:00Z')).toBe(300);
});

test('a purchase that is reported late renews from when it was made, and never shortens', async () => {
  const member = uuid();
  await ledger.setClock('2026-06-01T00:00:00Z');
  await buy(member, 1);
  await buy(member, 20, '2026-03-01T00:00:00Z');
  expect(await expiries(member)).toEqual(['2027-06-01T00:00:00.000Z', '2027-03-01T00:00:00.000Z']);
  await buy(member, 300, '2026-05-01T00:00:00Z');
  expect(await expiries(member)).toEqual(['2027-06-01T00:00:00.000Z', '2027-05-01T00:00:00.000Z', '2027-05-01T00:00:00.000Z']);
});

test('other programmes and other members are left alone', async () => {
  const [member, other] = [uuid(), uuid()];
  await ledger.setClock('2026-06-01T00:00:00Z');
  await buy(other, 5);
  await ledger.accrue(member, 'COAL-P', 7);
  await ledger.setClock('2026-07-01T00:00:00Z');
  await buy(member, 1);
  expect(await expiries(other)).toEqual(['2027-06-01T00:00:00.000Z']);
  expect((await expiries(member)).sort()).toEqual(['2027-06-01T00:00:00.000Z', '2027-07-01T00:00:00.000Z']);
});

const placeHold = `mutation ($input: PlaceHoldInput!) { placeHold(input: $input) { __typename } }`;
const step = (name: string): string => `mutation ($hold: ID!) { ${name}(hold: $hold) { __typename } }`;
const held = async (member: string, points: number): Promise<string> => {
  const hold = uuid();
  const legs = [{ programme: 'SLIDE-P', points, fen: points }];
  await ledger.write(catalog, placeHold, { input: { hold, redemption: uuid(), memberUid: member, acceptor: 'fashion', legs } });
  return hold;
};

test('a hold that is released after its lot was renewed gives the points back to live on', async () => {
  const member = uuid();
  await ledger.setClock('2026-06-01T00:00:00Z');
  await buy(member, 50);
  const hold = await held(member, 30);
  await ledger.setClock('2027-05-31T00:00:00Z');
  await buy(member, 1);
  await ledger.setClock('2027-06-02T00:00:00Z');
  expect(await ledger.write(catalog, step('releaseHold'), { hold })).toEqual({ __typename: 'HoldReleased' });
  expect(await available(member, '2027-06-02T00:00:00Z')).toBe(51);
});

test('points spent renew what is left, at once and by hold and capture; a hold alone does not', async () => {
  const member = uuid();
  await ledger.setClock('2026-06-01T00:00:00Z');
  await buy(member, 50);
  await ledger.setClock('2027-05-30T00:00:00Z');
  const hold = await held(member, 10);
  expect(await expiries(member)).toEqual(['2027-06-01T00:00:00.000Z']);
  await ledger.setClock('2027-05-31T00:00:00Z');
  await ledger.write(catalog, step('captureHold'), { hold });
  expect(await expiries(member)).toEqual(['2028-05-31T00:00:00.000Z']);
  await ledger.setClock('2028-05-30T23:59:59Z');
  const legs = [{ programme: 'SLIDE-P', points: 1, fen: 1 }];
  const input = { hold: uuid(), redemption: uuid(), memberUid: member, acceptor: 'fashion', legs };
  await ledger.write(catalog, 'mutation ($input: BurnPointsInput!) { burnPoints(input: $input) { __typename } }', { input });
  expect(await expiries(member)).toEqual(['2029-05-30T23:59:59.000Z']);
});

const run = async (name: string): Promise<void> => {
  const job = jobs.find((each) => each.name === name) as (typeof jobs)[number];
  await job.run({ em: ledger.subgraph.database.em.fork(), log: createLogger('test') } as never);
};
/** Spends points without what follows a spending. */
const spendAndCrash = async (member: string, expiresAt: string): Promise<void> => {
  await ledger.write(catalog, step('captureHold'), { hold: await held(member, 10) });
  await ledger.sql(`update lot set expires_at = '${expiresAt}' where member_uid = '${member}'`);
};

test('what a crash left out the job makes up for before the lot expires, once, from the time of the spending', async () => {
  const member = uuid();
  await ledger.setClock('2026-06-01T00:00:00Z');
  await buy(member, 50);
  await ledger.setClock('2027-01-01T00:00:00Z');
  await spendAndCrash(member, '2027-06-01T00:00:00Z');
  await ledger.setClock('2027-05-31T23:50:00Z');
  await run('renew-lots');
  expect(await expiries(member)).toEqual(['2027-06-01T00:00:00.000Z']);
  await ledger.setClock('2027-05-31T23:59:00Z');
  await Promise.all([run('renew-lots'), run('renew-lots')]);
  expect(await expiries(member)).toEqual(['2028-01-01T00:00:00.000Z']);
});

test('what that job did not get to lives on as well, held or not; what was not spent from in time does not', async () => {
  const [spender, other] = [uuid(), uuid()];
  await ledger.setClock('2026-06-01T00:00:00Z');
  await buy(spender, 50);
  await buy(other, 50);
  await ledger.setClock('2027-01-01T00:00:00Z');
  await spendAndCrash(spender, '2027-06-01T00:00:00Z');
  const hold = await held(spender, 15);
  await ledger.setClock('2027-06-01T00:00:30Z');
  await run('expire-lots');
  await ledger.write(catalog, step('releaseHold'), { hold });
  expect(await available(spender, '2027-12-31T23:59:59Z')).toBe(40);
  expect(await available(other, '2027-06-01T00:00:30Z')).toBe(0);
  expect(await ledger.sql(`select sum(remaining)::int as left from lot where member_uid = '${other}'`)).toEqual([{ left: 0 }]);
});

test('whose points run out first is looked at first', async () => {
  const members = [uuid(), uuid(), uuid()];
  await ledger.setClock('2026-06-01T00:00:00Z');
  for (const member of members) await buy(member, 1);
  const seconds = new Map(members.map((member, n) => [member, [30, 10, 20][n]]));
  for (const [member, second] of seconds)
    await ledger.sql(`update lot set expires_at = '2026-06-01T00:00:${second}Z' where member_uid = '${member}'`);
  const [first, second] = await ledger.sql<{ uid: string }>(soonToExpire.replace('?', '2'));
  expect([first?.uid, second?.uid]).toEqual([members[1], members[2]]);
});
