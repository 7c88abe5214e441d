import { serviceViewer } from '../../../schema/viewer.js';
import { rows } from '../../../subgraphs/kernel/sql.js';
import { viewers } from '../../support/viewers.js';
import { freshKey, grant, granted, openMembers, type TestMembers, withdraw } from './members.js';

let members: TestMembers;
beforeAll(async () => {
  members = await openMembers();
});
afterAll(() => members.close());
beforeEach(() => members.setClock(new Date('2026-11-21T04:00:00Z')));

const retail = { ...serviceViewer('gifts', 'test'), via: 'retail' };
const celebrated = async (...recipients: string[]): Promise<unknown> =>
  (
    await members.ask(
      retail,
      'query ($recipients: [ID!]!) { childBirthdays(days: ["05-17"], recipients: $recipients) { memberUid recipient } }',
      { recipients },
    )
  ).data?.['childBirthdays'];
const record = async (uid: string, guardianConsent: string | null = null, key = freshKey()): Promise<unknown> =>
  (
    await members.ask(
      viewers.member(uid),
      'mutation ($input: RecordChildInput!) { recordChild(input: $input) { __typename ... on ChildRecorded { child { birthMonthDay } replayed } } }',
      { input: { birthMonthDay: '05-17', guardianConsent } },
      key,
    )
  ).data?.['recordChild'];
const kept = async (uid: string): Promise<number> =>
  (await rows(members.subgraph.database.em.fork() as never, 'select 1 from child where member_uid = ?', [uid])).length;
const read = async (viewer: ReturnType<typeof viewers.partner>, ref: string): Promise<unknown> =>
  ((await members.ask(viewer, 'query ($ref: String!) { member(ref: $ref) { children { birthMonthDay } } }', { ref })).data?.['member'] as
    | object
    | null) ?? null;
const guardian = (recipient: string, purpose = 'CHILD_BENEFITS') => ({ recipient, purpose, classes: ['PII'], guardian: true });

test("the day is its consent's: withdrawn it is gone, and another consent brings it back to nobody", async () => {
  const uid = await members.enrol('M-Zheng', 'baby', 'shop');
  const first = await granted(members, viewers.member(uid), guardian('baby'));
  const key = freshKey();
  expect(await record(uid, first, key)).toMatchObject({ child: { birthMonthDay: '05-17' }, replayed: false });
  // Another shop, for another purpose, and for the same.
  await grant(members, viewers.member(uid), guardian('shop', 'MARKETING'));
  await grant(members, viewers.member(uid), guardian('shop'));
  expect(await celebrated('baby', 'shop')).toEqual([{ memberUid: uid, recipient: 'baby' }]);
  expect(await read(viewers.partner('baby'), 'M-Zheng')).toEqual({ children: [{ birthMonthDay: '05-17' }] });
  expect(await read(viewers.partner('shop'), 'M-Zheng')).toEqual({ children: [] });

  await Promise.all([withdraw(members, viewers.member(uid), first), withdraw(members, viewers.member(uid), first)]);
  await withdraw(members, viewers.member(uid), first);
  expect(await kept(uid)).toBe(0);
  await grant(members, viewers.member(uid), guardian('baby'));
  expect(await celebrated('baby', 'shop')).toEqual([]);
  expect(await read(viewers.partner('baby'), 'M-Zheng')).toEqual({ children: [] });
  expect(await record(uid, first, key)).toEqual({ __typename: 'ChildRecorded', child: null, replayed: true });
});

test('a consent to something else than benefits keeps no day; without a name the latest that does is taken', async () => {
  const uid = await members.enrol('M-Tao', 'baby', 'shop');
  const other = await granted(members, viewers.member(uid), guardian('shop', 'MARKETING'));
  for (const consent of [other, null]) expect(await record(uid, consent)).toEqual({ __typename: 'GuardianRequired' });
  await grant(members, viewers.member(uid), guardian('shop'));
  await grant(members, viewers.member(uid), guardian('baby'));
  expect(await record(uid)).toMatchObject({ __typename: 'ChildRecorded' });
  expect(await celebrated('baby', 'shop')).toEqual([{ memberUid: uid, recipient: 'baby' }]);
});

test.each([
  ['one second before', '2026-12-01T03:59:59Z', true],
  ['at it', '2026-12-01T04:00:00Z', false],
  ['one second after', '2026-12-01T04:00:01Z', false],
])('a consent until then, %s', async (when, at, holds) => {
  const ref = `until-${when.replaceAll(' ', '-')}`;
  const uid = await members.enrol(ref, 'baby');
  await grant(members, viewers.member(uid), { ...guardian('baby'), until: '2026-12-01T04:00:00Z' });
  await record(uid);
  // Of the guardian's later consent, which lets the field be read, it is none.
  await grant(members, viewers.member(uid), guardian('baby'));
  await members.setClock(new Date(at));
  const mine = ((await celebrated('baby')) as { memberUid: string }[]).filter(({ memberUid }) => memberUid === uid);
  expect(mine).toHaveLength(holds ? 1 : 0);
  expect(await read(viewers.partner('baby'), ref)).toEqual({ children: holds ? [{ birthMonthDay: '05-17' }] : [] });
  await Promise.all([members.subgraph.runJob('forget-children'), members.subgraph.runJob('forget-children')]);
  expect(await kept(uid)).toBe(holds ? 1 : 0);
});

test('recorded and withdrawn at once, nothing is left', async () => {
  for (let n = 0; n < 5; n += 1) {
    const uid = await members.enrol(`race-${n}`, 'baby');
    const consent = await granted(members, viewers.member(uid), guardian('baby'));
    await Promise.all([record(uid, consent), withdraw(members, viewers.member(uid), consent)]);
    expect(await kept(uid)).toBe(0);
  }
});
