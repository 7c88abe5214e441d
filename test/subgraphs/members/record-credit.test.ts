import { viewers } from '../../support/viewers.js';
import { codeOf, freshKey, granted, openMembers, type TestMembers, withdraw } from './members.js';

let members: TestMembers;
let qian: string;
const city = viewers.partner('city', ['member.read:own', 'credit.write:own']);
const automotive = viewers.partner('automotive');
const document = `mutation ($input: RecordCreditInput!) {
  recordCredit(input: $input) { __typename ... on CreditRecorded { at replayed } ... on Refusal { code message } }
}`;
const record = (viewer: typeof city, input: object, key = freshKey()) =>
  members.ask(viewer, document, { input: { source: 'city score', ...input } }, key);
const credit = '{ band since consent { since until } invitation benefits { kind text basisPoints } }';
const mine = `{ me { credit ${credit} } }`;
const theirs = `{ member(ref: "M-Qian") { credit ${credit} } }`;

beforeAll(async () => {
  members = await openMembers();
  qian = await members.enrol('M-Qian', 'city', 'automotive', 'banking');
});
afterAll(() => members.close());

const base = [
  { kind: 'ACCRUAL_MULTIPLIER', text: '1.00 times the points of a purchase', basisPoints: 10_000 },
  { kind: 'THRESHOLD_FACTOR', text: '1.00 of the points that a benefit asks for', basisPoints: 10_000 },
];
const trusted = [
  { kind: 'ACCRUAL_MULTIPLIER', text: '1.25 times the points of a purchase', basisPoints: 12_500 },
  { kind: 'THRESHOLD_FACTOR', text: '0.90 of the points that a benefit asks for', basisPoints: 9_000 },
  { kind: 'EXCLUSIVE_ACCESS', text: 'Offers for trusted members are open', basisPoints: null },
];

test('without consent: the base and an invitation; with it: the band, to its recipient; never the score', async () => {
  const at = '2026-01-05T00:00:00.000Z';
  expect((await record(city, { member: 'M-Qian', score: 812, at }, 'q-1')).data).toEqual({
    recordCredit: { __typename: 'CreditRecorded', at, replayed: false },
  });
  expect((await record(city, { member: 'M-Qian', score: 812, at }, 'q-1')).data).toMatchObject({ recordCredit: { replayed: true } });
  const before = (await members.ask(viewers.member(qian), mine)).data?.['me'];
  expect(before).toEqual({ credit: { band: 'BASE', since: null, consent: null, invitation: expect.any(String), benefits: base } });
  expect(codeOf(await members.ask(automotive, theirs))).toBe('CONSENT_REQUIRED');

  const id = await granted(members, viewers.member(qian), { recipient: 'automotive', purpose: 'CREDIT_BENEFITS', classes: ['CREDIT'] });
  const open = { band: 'TRUSTED', since: at, consent: { since: expect.any(String), until: null }, invitation: null, benefits: trusted };
  expect((await members.ask(viewers.member(qian), mine)).data?.['me']).toEqual({ credit: open });
  expect(await members.ask(automotive, theirs)).toEqual({ data: { member: { credit: open } } });
  expect(codeOf(await members.ask(viewers.partner('banking'), theirs))).toBe('CONSENT_REQUIRED');
  expect((await members.ask(viewers.staff(), theirs.replace('M-Qian', 'city/M-Qian'))).data).toEqual({ member: { credit: open } });

  await withdraw(members, viewers.member(qian), id);
  expect(codeOf(await members.ask(automotive, theirs))).toBe('CONSENT_REQUIRED');
  expect((await members.ask(viewers.member(qian), mine)).data?.['me']).toEqual(before);
});

test('consent to read the band for another purpose gives no benefits of it', async () => {
  const id = await granted(members, viewers.member(qian), { recipient: 'banking', purpose: 'SERVICE', classes: ['CREDIT'] });
  const answer = await members.ask(viewers.partner('banking'), theirs);
  expect(answer.data).toMatchObject({ member: { credit: { band: 'BASE', since: null, consent: null, benefits: base } } });
  await withdraw(members, viewers.member(qian), id);
});

test('the latest record by its own date counts, and new terms hold at once and never go below the base', async () => {
  const zhou = await members.enrol('M-Zhou', 'city', 'automotive');
  await granted(members, viewers.member(zhou), { recipient: 'automotive', purpose: 'CREDIT_BENEFITS', classes: ['CREDIT'] });
  const ask = `{ creditBand(memberUid: "${zhou}", recipient: "automotive") { band multiplierBasisPoints thresholdBasisPoints } }`;
  const band = async () => (await members.ask({ ...automotive, via: 'ledger' }, ask)).data?.['creditBand'];
  expect(await band()).toEqual({ band: 'BASE', multiplierBasisPoints: 10_000, thresholdBasisPoints: 10_000 });
  await record(city, { member: 'M-Zhou', band: 'TRUSTED', at: '2026-03-01T00:00:00Z' });
  await record(city, { member: 'M-Zhou', band: 'BASE', at: '2026-02-01T00:00:00Z' });
  expect(await band()).toEqual({ band: 'TRUSTED', multiplierBasisPoints: 12_500, thresholdBasisPoints: 9_000 });
  expect((await members.ask({ ...automotive, via: 'ledger' }, ask.replace('automotive', 'banking'))).data).toMatchObject({
    creditBand: { band: 'BASE' },
  });
  const set = 'mutation ($input: CreditTermsInput!) { setCreditTerms(input: $input) { terms { version multiplierBasisPoints } replayed } }';
  const terms = (input: object) => members.ask(viewers.staff(), set, { input }, freshKey());
  expect(codeOf(await terms({ multiplierBasisPoints: 9_999 }))).toBe('BAD_INPUT');
  expect(codeOf(await terms({ thresholdBasisPoints: 10_001 }))).toBe('BAD_INPUT');
  expect((await terms({ multiplierBasisPoints: 13_000 })).data).toEqual({
    setCreditTerms: { terms: { version: 2, multiplierBasisPoints: 13_000 }, replayed: false },
  });
  expect(await band()).toMatchObject({ multiplierBasisPoints: 13_000, thresholdBasisPoints: 9_000 });
  expect((await members.ask(viewers.anonymous, '{ creditTerms { version trustedFromScore } }')).data).toEqual({
    creditTerms: { version: 2, trustedFromScore: 700 },
  });
});

test.each`
  viewer          | input                                                         | outcome
  ${'city'}       | ${{ member: 'M-Qian' }}                                       | ${'BAD_INPUT'}
  ${'city'}       | ${{ member: 'M-Qian', score: -1 }}                            | ${'BAD_INPUT'}
  ${'city'}       | ${{ member: 'M-Qian', score: 1, at: '2999-01-01T00:00:00Z' }} | ${'BAD_INPUT'}
  ${'city'}       | ${{ member: 'M-Qian', score: 1, source: '' }}                 | ${'BAD_INPUT'}
  ${'city'}       | ${{ member: 'M-Nobody', score: 1 }}                           | ${'NotEnrolled'}
  ${'automotive'} | ${{ member: 'M-Qian', score: 1 }}                             | ${'FORBIDDEN_FIELD'}
`('$viewer records $input: $outcome', async ({ viewer, input, outcome }) => {
  const answer = await record(viewer === 'city' ? city : automotive, input);
  expect(codeOf(answer) ?? (answer.data?.['recordCredit'] as { __typename: string }).__typename).toBe(outcome);
});

test('no field, argument of an answer or sentence anywhere holds the score', () => {
  const types = members.subgraph.sdl.split(/^}/m).filter((type) => !/^\s*("""[^"]*"""\s*)?input /.test(type));
  expect(types.filter((type) => /^ {2}score\b/m.test(type))).toEqual([]);
});
