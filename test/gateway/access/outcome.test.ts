import { readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import { outcomeOf } from '../../../gateway/access/outcome.js';
import type { AccessRule } from '../../../schema/access.js';
import { sharedByConsent } from '../../../schema/shared-by-consent.js';
import type { Viewer } from '../../../schema/viewer.js';
import { viewers } from '../../support/viewers.js';

const rule: AccessRule = { authenticated: true, scopes: [['ledger.read:own'], ['me.read']], classes: ['OWN'] };
const reasonFor = (viewer: Viewer, coordinate: string): string => outcomeOf(rule, viewer, coordinate).reason;

test("what another issuer's points ask for is the member's consent, and explain says so; a member's own need none", () => {
  for (const coordinate of ['Member.balance', 'Member.wallets', 'Wallet.available', 'Balance.held', 'Lot.available'])
    for (const viewer of [viewers.partner('telecom'), viewers.partnerStaff('telecom')])
      expect(reasonFor(viewer, coordinate)).toContain('where the member agreed (SHARED)');
  expect(reasonFor({ ...viewers.partner('telecom'), language: 'zh-CN' }, 'Member.balance')).toContain('会员同意共享');
  expect(reasonFor(viewers.partner('telecom'), 'Member.entries')).toBe("Decided per record: open on the caller's own.");
  expect(reasonFor(viewers.member('00000000-0000-7000-8000-000000000000'), 'Wallet.available')).toBe(
    "Decided per record: open on the caller's own.",
  );
  expect(outcomeOf(rule, viewers.staff('admin'), 'Member.balance').decision).toBe('OPEN');
  expect(outcomeOf(rule, viewers.partner('telecom', []), 'Member.balance').decision).toBe('CLOSED');
});

test('what is shared by consent is in the contract, and its fields say so there', () => {
  const { definitions } = parse(readFileSync('schema/subgraphs/ledger.graphql', 'utf8'));
  for (const each of sharedByConsent) {
    const [type, field] = each.split('.');
    const found = definitions.find((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === type);
    expect(found).toBeDefined();
    if (field !== undefined && found?.kind === Kind.OBJECT_TYPE_DEFINITION)
      expect(found.fields?.find(({ name }) => name.value === field)?.description?.value).toContain('(SHARED)');
  }
});
