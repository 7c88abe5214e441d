import { v7 as uuid } from 'uuid';
import { serviceViewer } from '../../../schema/viewer.js';
import { openCase } from '../../../subgraphs/ledger/supervision/case-store.js';
import { testIds } from '../../support/subgraph.js';
import { viewers } from '../../support/viewers.js';
import { type Steps, stepsOf } from './hold-steps.js';
import { openLedger, type TestLedger } from './ledger.js';

let ledger: TestLedger;
let steps: Steps;
beforeAll(async () => {
  ledger = await openLedger();
  steps = stepsOf(ledger);
  await ledger.setClock('2026-11-21T04:00:00Z');
});
afterAll(() => ledger.close());

const members = { ...serviceViewer('erasures', 'test'), via: 'members' };
const [first, second] = [viewers.staff('admin', 'Ms Wei'), viewers.staff('admin', 'Mr Shu')];
const open = async (uid: string, forfeit = true): Promise<unknown> => {
  const { data, errors } = await ledger.ask(
    members,
    'query ($uid: ID!, $forfeit: Boolean!) { openMatters(memberUid: $uid, forfeit: $forfeit) { what detail } }',
    { uid, forfeit },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return data?.['openMatters'];
};
const forget = (uid: string, erasure = uuid(), forfeit = true) =>
  ledger.ask(
    members,
    'mutation ($uid: ID!, $erasure: ID!, $forfeit: Boolean!) { forgetMember(memberUid: $uid, erasure: $erasure, forfeit: $forfeit) }',
    { uid, erasure, forfeit },
    `erase:${erasure}`,
  );
const review = [{ what: 'REVIEW', detail: '' }];
const refOf = (uid: string): string => testIds.seal(uid, 'staff');
const caseAbout = (uid: string): Promise<string> =>
  ledger.subgraph.database.em.fork().transactional((tx) =>
    openCase(tx as never, {
      kind: 'REPORT',
      hub: null,
      campaign: null,
      reason: 'a ring',
      signals: [],
      score: 40,
      members: [uid],
      partners: [],
      by: 'staff',
    }),
  );
const step = (by: typeof first, name: string, id: string, more = '') =>
  ledger.write(by, `mutation ($case: ID!) { ${name}(case: $case${more}, reason: "A13") { __typename } }`, { case: id });
const written = (name: string, by: typeof first, uid: string) =>
  ledger.write(by, `mutation ($member: String!) { ${name}(member: $member, reason: "a ring") { __typename } }`, { member: refOf(uid) });

test('a case about the member, however far it is, keeps it from being forgotten until it is cleared, and is not named', async () => {
  const uid = uuid();
  expect(await open(uid)).toEqual([]);
  const [id, another] = [await caseAbout(uid), await caseAbout(uid)];
  expect(await open(uid)).toEqual(review);
  await step(first, 'holdCase', id);
  expect(await open(uid, false)).toEqual(review);
  await step(first, 'escalateCase', id, ', to: "the authority"');
  expect(await open(uid)).toEqual(review);
  await step(second, 'clearCase', id);
  expect(await open(uid)).toEqual(review);
  await step(second, 'clearCase', another);
  expect(await open(uid)).toEqual([]);
});

test('points that a person froze keep it as long as they are frozen', async () => {
  const uid = uuid();
  await written('freeze', first, uid);
  expect(await open(uid)).toEqual(review);
  await written('unfreeze', second, uid);
  expect(await open(uid)).toEqual([]);
});

test('an export says nothing of a case: not that the account is held', async () => {
  const uid = uuid();
  await ledger.accrue(uid, 'COAL-P', 30);
  await step(first, 'holdCase', await caseAbout(uid));
  const { data } = await ledger.ask(
    members,
    'query ($uid: ID!) { personalSections(memberUid: $uid) { table } personalRows(memberUid: $uid, table: "account", offset: 0) }',
    { uid },
  );
  const [account] = data?.['personalRows'] as string[];
  const told: unknown = JSON.parse(account ?? '');
  expect(told).toHaveProperty('seq');
  expect(told).not.toHaveProperty('frozen');
  expect(data?.['personalSections']).not.toContainEqual({ table: 'case_member' });
});

test('a case that begins after it was asked: nothing is forgotten while it lasts; once forgotten, it stays so, twice and twice at once', async () => {
  const uid = uuid();
  await ledger.accrue(uid, 'COAL-P', 30);
  const id = await caseAbout(uid);
  expect((await forget(uid)).errors?.[0]?.extensions?.['code']).toBe('SUBGRAPH_UNAVAILABLE');
  expect(await ledger.balance(uid, 'COAL-P')).toMatchObject({ available: 30 });
  await step(first, 'clearCase', id);
  const erasure = uuid();
  for (const { errors } of await Promise.all([forget(uid, erasure), forget(uid, erasure)])) expect(errors).toBeUndefined();
  expect(await ledger.balance(uid, 'COAL-P')).toMatchObject({ available: 0 });
  // What was forgotten is frozen for good, which is no review; a case that a forgotten uid is drawn into undoes nothing.
  expect(await open(uid)).toEqual([]);
  await caseAbout(uid);
  expect((await forget(uid, erasure)).errors).toBeUndefined();
});

test('a hold or a purchase that comes after it was asked: nothing is forgotten until it has ended, and no points are given up that were not to be', async () => {
  const uid = uuid();
  await ledger.accrue(uid, 'COAL-P', 30);
  expect(await open(uid)).toEqual([]);
  const hold = uuid();
  await steps.place(uid, [{ programme: 'COAL-P', points: 20, fen: 20 }], { hold });
  expect((await forget(uid)).errors?.[0]?.extensions?.['code']).toBe('SUBGRAPH_UNAVAILABLE');
  await steps.release(hold);
  expect(await ledger.balance(uid, 'COAL-P')).toMatchObject({ available: 30, held: 0 });
  expect((await forget(uid, uuid(), false)).errors?.[0]?.extensions?.['code']).toBe('SUBGRAPH_UNAVAILABLE');
  expect(await ledger.balance(uid, 'COAL-P')).toMatchObject({ available: 30 });
  expect((await forget(uid)).errors).toBeUndefined();
  expect(await ledger.balance(uid, 'COAL-P')).toMatchObject({ available: 0, held: 0 });
});

test('units are owed too: given up they are taken back once, under the newest version, and written down', async () => {
  const uid = uuid();
  await ledger.sql(`insert into participation_scheme
    select 'AUTO-DIV', v, 'automotive', '{"zh":"参与","en":"Units"}', 'L-1', 'FIN', 'FIN-1', '{"zh":"披露","en":"Said"}', now(), now() + interval '1 day', gen_random_uuid()
    from generate_series(1, 2) v`);
  await ledger.sql(`insert into participation_holding values ('${uid}', 'AUTO-DIV', 5)`);
  expect(await open(uid, false)).toEqual([{ what: 'UNITS', detail: '5 AUTO-DIV' }]);
  expect(await open(uid)).toEqual([]);
  const erasure = uuid();
  await Promise.all([forget(uid, erasure), forget(uid, erasure)]);
  await forget(uid, erasure);
  expect(await open(uid, false)).toEqual([]);
  expect(await ledger.sql(`select version, units, reason, by from participation_entry where member_uid = '${uid}'`)).toEqual([
    { version: 2, units: '-5', reason: `erasure ${erasure}`, by: 'job:erasure' },
  ]);
});
