import { subgraph } from '../../../subgraphs/members/index.js';
import { openTestSubgraph, type TestSubgraph } from '../../support/subgraph.js';
import { viewers } from '../../support/viewers.js';

let members: TestSubgraph;
beforeAll(async () => {
  members = await openTestSubgraph(subgraph as never);
});
afterAll(() => members.close());

const enrol = `mutation ($input: EnrolMemberInput!) {
  enrolMember(input: $input) {
    __typename
    ... on MemberEnrolled { member { id ref name } replayed }
    ... on Refusal { code message }
  }
}`;
const telecom = viewers.partner('telecom');
const li = { input: { ref: 'M-Li', name: '李', phone: '13800000001' } };

test('a partner enrols a person and finds the member again by either name', async () => {
  const answer = await members.ask(telecom, enrol, li, 'enrol-li');
  expect(answer.errors).toMatchObject([
    { path: ['enrolMember', 'member', 'name'], extensions: { code: 'CONSENT_REQUIRED', coordinate: 'Member.name' } },
  ]);
  const { member } = answer.data?.['enrolMember'] as { member: { id: string } };
  expect(member).toMatchObject({ id: expect.stringMatching(/^mbr_/), ref: 'M-Li', name: null });
  const found = await members.ask(telecom, `{ a: member(ref: "M-Li") { id } b: member(ref: "${member.id}") { ref } }`);
  expect(found).toEqual({ data: { a: { id: member.id }, b: { ref: 'M-Li' } } });
});

test('the same key and body give the first answer, another body a conflict, no key a refusal', async () => {
  const again = await members.ask(telecom, enrol, li, 'enrol-li');
  expect(again.data?.['enrolMember']).toMatchObject({ __typename: 'MemberEnrolled', replayed: true });
  const other = await members.ask(telecom, enrol, { input: { ...li.input, name: '王' } }, 'enrol-li');
  expect(other.errors?.[0]?.extensions?.['code']).toBe('IDEMPOTENCY_CONFLICT');
  const none = await members.ask(telecom, enrol, li);
  expect(none.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', missing: 'idempotencyKey' });
  const taken = await members.ask(telecom, enrol, li, 'enrol-li-2');
  expect(taken.data?.['enrolMember']).toEqual({
    __typename: 'AlreadyEnrolled',
    code: 'ALREADY_ENROLLED',
    message: 'This customer number is enrolled already',
  });
});

test('another partner sees neither the number nor the id, and cannot enrol for somebody else', async () => {
  const id = ((await members.ask(telecom, '{ member(ref: "M-Li") { id } }')).data?.['member'] as { id: string }).id;
  const banking = viewers.partner('banking');
  expect(await members.ask(banking, `{ a: member(ref: "M-Li") { id } b: member(ref: "${id}") { id } }`)).toEqual({
    data: { a: null, b: null },
  });
  const forbidden = await members.ask(banking, enrol, { input: { ...li.input, partner: 'telecom' } }, 'x');
  expect(forbidden.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  expect((await members.ask(viewers.anonymous, '{ member(ref: "M-Li") { id } }')).errors?.[0]?.extensions?.['code']).toBe(
    'UNAUTHENTICATED',
  );
  expect((await members.ask(telecom, '{ findMemberUid(ref: "M-Li") }')).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_FIELD');
});
