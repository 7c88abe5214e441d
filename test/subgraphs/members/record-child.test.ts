import { viewers } from '../../support/viewers.js';
import { codeOf, freshKey, granted, openMembers, type TestMembers, withdraw } from './members.js';

let members: TestMembers;
let zheng: string;
const baby = viewers.partner('baby');
const document = `mutation ($input: RecordChildInput!) {
  recordChild(input: $input) { __typename ... on ChildRecorded { child { birthMonthDay } replayed } ... on Refusal { code } }
}`;
const record = (viewer: typeof baby, input: object) => members.ask(viewer, document, { input }, freshKey());
const outcomeOf = (answer: Awaited<ReturnType<typeof record>>): unknown =>
  codeOf(answer) ?? (answer.data?.['recordChild'] as { __typename: string }).__typename;
const children = '{ member(ref: "M-Zheng") { phone children { birthMonthDay } } }';

beforeAll(async () => {
  members = await openMembers();
  zheng = await members.enrol('M-Zheng', 'baby', 'shop');
});
afterAll(() => members.close());

test("a child's day is kept under the guardian's separate consent only, and closes with it", async () => {
  const guardian = viewers.member(zheng);
  const own = await granted(members, guardian, { recipient: 'baby', classes: ['PII'] });
  expect(outcomeOf(await record(baby, { member: 'M-Zheng', birthMonthDay: '05-17' }))).toBe('GuardianRequired');
  expect(outcomeOf(await record(guardian, { birthMonthDay: '05-17', guardianConsent: own }))).toBe('GuardianRequired');
  expect((await members.ask(baby, children)).errors).toMatchObject([
    { path: ['member', 'children'], extensions: { code: 'CONSENT_REQUIRED', coordinate: 'Member.children' } },
  ]);
  await withdraw(members, guardian, own);

  const separate = await granted(members, guardian, { recipient: 'baby', purpose: 'CHILD_BENEFITS', classes: ['PII'], guardian: true });
  expect(outcomeOf(await record(guardian, { birthMonthDay: '05-17', guardianConsent: separate }))).toBe('ChildRecorded');
  expect(await record(baby, { member: 'M-Zheng', birthMonthDay: '02-29' })).toMatchObject({
    data: { recordChild: { child: { birthMonthDay: '02-29' } } },
  });
  const open = await members.ask(baby, children);
  expect(open.data).toEqual({ member: { phone: null, children: [{ birthMonthDay: '05-17' }, { birthMonthDay: '02-29' }] } });
  expect(open.errors).toMatchObject([{ path: ['member', 'phone'], extensions: { code: 'CONSENT_REQUIRED' } }]);
  expect(codeOf(await members.ask(viewers.partner('shop'), children))).toBe('CONSENT_REQUIRED');
  expect((await members.ask(guardian, '{ me { member { children { birthMonthDay } } } }')).data).toMatchObject({
    me: { member: { children: [{}, {}] } },
  });

  await withdraw(members, guardian, separate);
  expect((await members.ask(baby, children)).data).toEqual({ member: { phone: null, children: null } });
  expect(outcomeOf(await record(baby, { member: 'M-Zheng', birthMonthDay: '05-17' }))).toBe('GuardianRequired');
});

test("one partner's guardian consent lets no other partner record", async () => {
  await granted(members, viewers.member(zheng), { recipient: 'baby', purpose: 'CHILD_BENEFITS', classes: ['PII'], guardian: true });
  expect(outcomeOf(await record(viewers.partner('shop'), { member: 'M-Zheng', birthMonthDay: '05-17' }))).toBe('GuardianRequired');
});

test.each(['2019-05-17', '13-01', '00-10', '02-30', '04-31', '5-17', ''])('%s is no month and day', async (birthMonthDay) => {
  expect(outcomeOf(await record(viewers.member(zheng), { birthMonthDay }))).toBe('BAD_INPUT');
});

test('a stranger is not enrolled', async () => {
  expect(outcomeOf(await record(baby, { member: 'M-Nobody', birthMonthDay: '05-17' }))).toBe('NotEnrolled');
});
