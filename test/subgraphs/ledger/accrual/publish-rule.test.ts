import { v7 as uuid } from 'uuid';
import { viewers } from '../../../support/viewers.js';
import { openLedger, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

const draft = `mutation ($input: DraftRuleInput!) {
  draftRule(input: $input) {
    __typename
    ... on RuleDrafted { replayed rule { id version name state basis rate { points fen } programme { id } } }
    ... on LintFailed { code problems { code detail } }
  }
}`;
const publish = `mutation ($rule: ID!) {
  publishRule(rule: $rule) { __typename ... on RulePublished { replayed rule { id state validFrom } } ... on SelfApproval { code message } }
}`;
const input = { programme: 'AUTO-P', name: 'service', kind: 'BASE', rate: { points: 1, fen: 100 }, category: 'service' };
const admin = viewers.staff('admin');
const approver = viewers.staff('approver');

test('a draft earns nothing until somebody else publishes it; then it never changes', async () => {
  const drafted = (await ledger.write(admin, draft, { input })) as { rule: { id: string } };
  expect(drafted).toMatchObject({
    __typename: 'RuleDrafted',
    rule: { version: 1, state: 'DRAFT', basis: 'NET', rate: { points: 1, fen: 100 }, programme: { id: 'AUTO-P' } },
  });
  const { id } = drafted.rule;
  expect(await ledger.write(admin, publish, { rule: id })).toEqual({
    __typename: 'SelfApproval',
    code: 'SELF_APPROVAL',
    message: 'Nobody publishes what they drafted',
  });
  const rules = '{ programme(id: "AUTO-P") { rules { id state } } }';
  const known = async () => ((await ledger.ask(viewers.anonymous, rules)).data?.['programme'] as { rules: Row[] }).rules;
  expect((await known()).some((rule) => rule['id'] === id)).toBe(false);
  expect(await ledger.write(approver, publish, { rule: id }, 'p1')).toMatchObject({ replayed: false, rule: { state: 'PUBLISHED' } });
  expect(await ledger.write(approver, publish, { rule: id }, 'p1')).toMatchObject({ replayed: true });
  expect(await ledger.write(approver, publish, { rule: id }, 'p2')).toMatchObject({ replayed: true });
  await expect(ledger.sql(`update accrual_rule set rate_points = 9 where id = '${id}'`)).rejects.toThrow(/never changes/);
  const next = (await ledger.write(admin, draft, { input: { ...input, rate: { points: 2, fen: 100 } } })) as { rule: { id: string } };
  expect(next).toMatchObject({ rule: { version: 2 } });
  await ledger.write(approver, publish, { rule: next.rule.id });
  expect((await known()).filter((rule) => [id, next.rule.id].includes(rule['id'] as string)).map(({ state }) => state)).toEqual([
    'ENDED',
    'PUBLISHED',
  ]);
  expect(await ledger.accrue(uuid(), 'AUTO-P', 0, { lines: [{ sku: 'x', fen: 1000, category: 'service' }] })).toMatchObject({
    accrual: { points: 20 },
  });
});

test('two drafts of one name at once get two versions', async () => {
  const both = await Promise.all([1, 2, 3].map(() => ledger.write(admin, draft, { input: { ...input, name: 'race' } })));
  expect(new Set(both.map((answer) => (answer as { rule: { version: number } }).rule.version))).toEqual(new Set([1, 2, 3]));
});

test('a bank rule without spending is not kept', async () => {
  const answer = await ledger.write(admin, draft, { input: { ...input, programme: 'BANK-P' } });
  expect(answer).toMatchObject({ __typename: 'LintFailed', problems: [{ code: 'SPEND_TRIGGER_MISSING' }] });
});

test('partner staff write rules of their own programme only; partner systems write none', async () => {
  const codeOf = async (viewer: typeof admin, programme: string) =>
    (await ledger.ask(viewer, draft, { input: { ...input, programme } }, uuid())).errors?.[0]?.extensions?.['code'] ?? 'open';
  expect(await codeOf(viewers.partnerStaff('automotive'), 'AUTO-P')).toBe('open');
  expect(await codeOf(viewers.partnerStaff('telecom'), 'AUTO-P')).toBe('FORBIDDEN_OPERATION');
  expect(await codeOf(viewers.partner('automotive', ['rules.write:own']) as never, 'AUTO-P')).toBe('FORBIDDEN_OPERATION');
  expect(await codeOf(admin, 'NO-P')).toBe('BAD_INPUT');
  expect((await ledger.ask(approver, publish, { rule: uuid() }, uuid())).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
});
