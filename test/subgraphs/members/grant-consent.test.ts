import { encodeCursor } from '../../../subgraphs/kernel/page.js';
import { viewers } from '../../support/viewers.js';
import { codeOf, freshKey, grant, granted, openMembers, type TestMembers, withdraw } from './members.js';

let members: TestMembers;
let uid: string;
const telecom = viewers.partner('telecom');
const banking = viewers.partner('banking');
const phone = '{ member(ref: "M-Li") { phone } }';
const start = new Date('2026-06-01T00:00:00Z');
const second = (seconds: number): Date => new Date(start.getTime() + seconds * 1000);

beforeAll(async () => {
  members = await openMembers();
  await members.setClock(start);
  uid = await members.enrol('M-Li', 'telecom', 'banking');
});
afterAll(() => members.close());

test('a phone opens to the recipient alone, and closes on the read after the withdrawal', async () => {
  const li = viewers.member(uid);
  expect(codeOf(await members.ask(telecom, phone))).toBe('CONSENT_REQUIRED');
  const answer = await grant(members, li, { recipient: 'telecom', classes: ['PII', 'PII'] }, 'grant-1');
  expect(answer).toEqual({
    data: {
      grantConsent: {
        __typename: 'ConsentGranted',
        consent: {
          id: expect.any(String),
          recipient: 'telecom',
          partner: { id: 'telecom' },
          purpose: 'SERVICE',
          classes: ['PII'],
          from: start.toISOString(),
          until: null,
          guardian: false,
          inForce: true,
          withdrawnAt: null,
        },
        replayed: false,
      },
    },
  });
  const { consent } = answer.data?.['grantConsent'] as { consent: { id: string } };
  expect((await grant(members, li, { recipient: 'telecom', classes: ['PII'] }, 'grant-1')).data?.['grantConsent']).toMatchObject({
    consent: { id: consent.id },
    replayed: true,
  });
  expect(await members.ask(telecom, phone)).toEqual({ data: { member: { phone: '13800000000' } } });
  expect(codeOf(await members.ask(banking, phone))).toBe('CONSENT_REQUIRED');

  expect(await withdraw(members, li, consent.id)).toEqual({
    data: { withdrawConsent: { effectiveAt: start.toISOString(), replayed: false } },
  });
  const after = await members.ask(telecom, phone);
  expect(after.data).toEqual({ member: { phone: null } });
  expect(after.errors).toMatchObject([
    { path: ['member', 'phone'], extensions: { code: 'CONSENT_REQUIRED', coordinate: 'Member.phone', needs: ['class:OWN', 'class:PII'] } },
  ]);
  await members.setClock(second(5));
  expect((await withdraw(members, li, consent.id)).data?.['withdrawConsent']).toEqual({
    effectiveAt: start.toISOString(),
    replayed: false,
  });
});

test.each`
  seconds | code
  ${59}   | ${null}
  ${60}   | ${'CONSENT_REQUIRED'}
  ${61}   | ${'CONSENT_REQUIRED'}
`('a consent until 00:01:00 read at second $seconds: $code', async ({ seconds, code }) => {
  const li = viewers.member(uid);
  await members.setClock(second(10));
  const id = await granted(members, li, { recipient: 'telecom', classes: ['PII'], until: second(60).toISOString() });
  await members.setClock(second(seconds));
  expect(codeOf(await members.ask(telecom, phone))).toBe(code);
  await withdraw(members, li, id);
});

test('two recipients: each sees what it was given, and a withdrawal takes one grant only', async () => {
  await members.setClock(second(100));
  const li = viewers.member(uid);
  const one = await granted(members, li, { recipient: 'telecom', classes: ['PII'] });
  const two = await granted(members, li, { recipient: 'telecom', purpose: 'MARKETING', classes: ['PII'] });
  const other = await granted(members, li, { recipient: 'banking', classes: ['PII'] });
  await withdraw(members, li, one);
  expect(codeOf(await members.ask(telecom, phone))).toBeNull();
  await withdraw(members, li, two);
  expect(codeOf(await members.ask(telecom, phone))).toBe('CONSENT_REQUIRED');
  expect(codeOf(await members.ask(banking, phone))).toBeNull();
  await withdraw(members, li, other);
});

test('consent to a partner that does not know the member opens nothing there', async () => {
  const id = await granted(members, viewers.member(uid), { recipient: 'airline', classes: ['PII'] });
  expect(await members.ask(viewers.partner('airline'), phone)).toEqual({ data: { member: null } });
  const ask = `{ consentsFor(memberUids: ["${uid}"], recipient: "airline") { member } }`;
  expect(await members.ask({ ...viewers.partner('airline'), via: 'ledger' }, ask)).toEqual({ data: { consentsFor: [] } });
  await withdraw(members, viewers.member(uid), id);
});

test("a partner's staff need the scope as well as the consent, the operator's named staff the scope alone", async () => {
  const id = await granted(members, viewers.member(uid), { recipient: 'telecom', classes: ['PII'] });
  const clerk = (...scopes: string[]) => ({ ...viewers.partnerStaff('telecom'), scopes: ['member.read:own', ...scopes] });
  expect(codeOf(await members.ask(clerk(), phone))).toBe('FORBIDDEN_FIELD');
  expect(codeOf(await members.ask(clerk('member.pii:own'), phone))).toBeNull();
  await withdraw(members, viewers.member(uid), id);
  expect(codeOf(await members.ask(clerk('member.pii:own'), phone))).toBe('CONSENT_REQUIRED');
  const anywhere = '{ member(ref: "telecom/M-Li") { phone } }';
  expect(codeOf(await members.ask(viewers.staff(), anywhere))).toBeNull();
  expect(codeOf(await members.ask(viewers.staff('approver'), anywhere))).toBe('FORBIDDEN_FIELD');
});

test.each`
  variables                                                                                | outcome
  ${{ recipient: 'telecom', classes: [] }}                                                 | ${'BAD_INPUT'}
  ${{ recipient: 'nobody', classes: ['PII'] }}                                             | ${'BAD_INPUT'}
  ${{ recipient: 'telecom', classes: ['PII'], until: '2026-05-31T23:59:59Z' }}             | ${'BAD_INPUT'}
  ${{ recipient: 'telecom', classes: ['PII'], purpose: 'CHILD_BENEFITS' }}                 | ${'GuardianRequired'}
  ${{ recipient: 'telecom', classes: ['PII'], purpose: 'CHILD_BENEFITS', guardian: true }} | ${'ConsentGranted'}
  ${{ recipient: 'telecom', classes: ['FINANCE'] }}                                        | ${'BAD_INPUT'}
`('granting $variables: $outcome', async ({ variables, outcome }) => {
  const answer = await grant(members, viewers.member(uid), variables);
  expect(codeOf(answer) ?? (answer.data?.['grantConsent'] as { __typename: string }).__typename).toBe(outcome);
});

test('nobody consents for somebody else but the staff who record it, and no partner to itself', async () => {
  const wang = await members.enrol('M-Wang', 'telecom');
  const facts = { recipient: 'telecom', classes: ['PII'] };
  const itself = viewers.partner('telecom', ['me.consent', 'consent.write:all']);
  expect(codeOf(await grant(members, itself, facts))).toBe('FORBIDDEN_OPERATION');
  expect(codeOf(await grant(members, telecom, facts))).toBe('FORBIDDEN_FIELD');
  expect(codeOf(await grant(members, { ...viewers.partnerStaff('telecom'), scopes: ['consent.write:all'] }, facts))).toBe(
    'FORBIDDEN_OPERATION',
  );
  expect(codeOf(await grant(members, viewers.staff(), facts))).toBe('BAD_INPUT');
  expect(codeOf(await grant(members, viewers.member(uid), { ...facts, member: 'telecom/M-Wang' }))).toBe('BAD_INPUT');
  const id = await granted(members, viewers.staff(), { ...facts, member: 'telecom/M-Wang' });
  expect(codeOf(await withdraw(members, itself, id))).toBe('FORBIDDEN_OPERATION');
  expect(codeOf(await withdraw(members, { ...viewers.staff(), scopes: ['me.consent'] }, id))).toBe('FORBIDDEN_OPERATION');
  // A stranger's consent and one that never was answer alike.
  const stranger = await withdraw(members, viewers.member(uid), id);
  const nothing = await withdraw(members, viewers.member(uid), '0190a000-0000-7000-8000-000000000000');
  expect(stranger).toEqual(nothing);
  expect(codeOf(stranger)).toBe('BAD_INPUT');
  expect(codeOf(await withdraw(members, viewers.member(wang), id))).toBeNull();
  expect(codeOf(await withdraw(members, viewers.member(wang), 'no-uuid'))).toBe('BAD_INPUT');
});

test('the consent centre lists own consents newest first, page by page; supervision reads them of a member, partners never', async () => {
  const chen = await members.enrol('M-Chen', 'telecom');
  const ids: string[] = [];
  for (const recipient of ['telecom', 'banking', 'airline'])
    ids.unshift(await granted(members, viewers.member(chen), { recipient, classes: ['SHARED'] }));
  const page =
    'query ($after: String) { me { consents(first: 2, after: $after) { nodes { id recipient } pageInfo { hasNextPage endCursor } } } }';
  interface Consents {
    consents: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
  }
  const first = (await members.ask(viewers.member(chen), page)).data?.['me'] as Consents;
  expect(first.consents).toMatchObject({ nodes: [{ id: ids[0] }, { id: ids[1] }], pageInfo: { hasNextPage: true } });
  const after = first.consents.pageInfo.endCursor;
  const rest = (await members.ask(viewers.member(chen), page, { after })).data?.['me'] as Consents;
  expect(rest.consents).toMatchObject({ nodes: [{ id: ids[2] }], pageInfo: { hasNextPage: false } });
  expect(codeOf(await members.ask(viewers.member(uid), page, { after }))).toBe('BAD_INPUT');
  expect(codeOf(await members.ask(viewers.member(chen), page, { after: encodeCursor('no-uuid') }))).toBe('BAD_INPUT');
  const ofMember = (ref: string) => `{ member(ref: "${ref}") { consents { nodes { recipient } } } }`;
  expect((await members.ask(viewers.staff(), ofMember('telecom/M-Chen'))).data).toEqual({
    member: { consents: { nodes: [{ recipient: 'airline' }, { recipient: 'banking' }, { recipient: 'telecom' }] } },
  });
  expect(codeOf(await members.ask(telecom, ofMember('M-Chen')))).toBe('FORBIDDEN_FIELD');
  expect(codeOf(await members.ask(viewers.staff('approver'), ofMember('telecom/M-Chen')))).toBe('FORBIDDEN_FIELD');
  expect(codeOf(await members.ask(telecom, '{ me { consents { nodes { id } } } }'))).toBe('FORBIDDEN_FIELD');
});

test('other subgraphs ask what is open, and nobody else may', async () => {
  const kong = await members.enrol('M-Kong', 'telecom');
  await granted(members, viewers.member(kong), { recipient: 'telecom', classes: ['SHARED', 'PII'] });
  await granted(members, viewers.member(kong), { recipient: 'telecom', classes: ['PII'], guardian: true });
  const ask = `{ consentsFor(memberUids: ["${kong}", "${uid}"], recipient: "telecom") { member open guardian purposes { purpose classes } } }`;
  expect((await members.ask({ ...telecom, via: 'ledger' }, ask)).data?.['consentsFor']).toContainEqual({
    member: kong,
    open: ['PII', 'SHARED'],
    guardian: ['PII'],
    purposes: [{ purpose: 'SERVICE', classes: ['PII', 'SHARED'] }],
  });
  expect(codeOf(await members.ask(telecom, ask, {}, freshKey()))).toBe('FORBIDDEN_FIELD');
});

test('what was agreed at an instant is told long after it was withdrawn; now it is not', async () => {
  const wen = await members.enrol('M-Wen', 'telecom');
  await members.setClock(second(10_000));
  const id = await granted(members, viewers.member(wen), { recipient: 'telecom', purpose: 'INSIGHT', classes: ['SHARED'] });
  await members.setClock(second(10_060));
  await withdraw(members, viewers.member(wen), id);
  await members.setClock(second(20_000));
  const ask = `query ($at: DateTime) { consentsFor(memberUids: ["${wen}"], recipient: "telecom", at: $at) { purposes { purpose } } }`;
  const purposes = async (at?: Date): Promise<unknown> =>
    (await members.ask({ ...telecom, via: 'catalog' }, ask, at ? { at: at.toISOString() } : {})).data?.['consentsFor'];
  const [none, insight] = [[{ purposes: [] }], [{ purposes: [{ purpose: 'INSIGHT' }] }]];
  expect(await purposes()).toEqual(none);
  for (const at of [9_999, 10_060]) expect(await purposes(second(at))).toEqual(none);
  for (const at of [10_000, 10_059]) expect(await purposes(second(at))).toEqual(insight);
});
