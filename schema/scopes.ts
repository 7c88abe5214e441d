import type { ViewerKind } from './viewer.js';

/**
 * The scopes of each kind of token, as the sandbox issues them and as an issuer in production should. A scope ends in its boundary:
 * `:own` is the caller's own programme, shop or record, `:all` any; `:all` covers `:own`.
 */
export const memberScopes: readonly string[] = ['me.read', 'me.redeem', 'me.consent', 'catalog.read'];

export const partnerScopes: readonly string[] = [
  'member.enrol:own',
  'member.read:own',
  'purchase.report:own',
  'ledger.accrue:own',
  'ledger.read:own',
  'catalog.read',
  'catalog.write:own',
  'redeem.quote:own',
  'redeem.write:own',
  'redeem.reverse:own',
  'settlement.read:own',
  'settlement.dispute:own',
  'packs.buy:own',
  'events.read:own',
  'webhooks.write:own',
];

/** What a partner may beyond the rest for what it is: the credit body records credit. */
export const partnerExtras: Readonly<Record<string, readonly string[]>> = { city: ['credit.write:own'] };

const operator = [
  'partners.admin',
  'programmes.write:all',
  'rules.write:all',
  'rules.publish:all',
  'rules.simulate:all',
  'catalog.read',
  'catalog.write:all',
  'pricing.write:all',
  'member.enrol:all',
  'member.read:all',
  'member.pii:all',
  'consent.write:all',
  'credit.write:all',
  'credit.read:all',
  'purchase.report:all',
  'ledger.accrue:all',
  'ledger.read:all',
  'redeem.quote:all',
  'redeem.write:all',
  'redeem.reverse:all',
  'settlement.read:all',
  'settlement.close',
  'packs.buy:all',
  'finance.read:all',
  'compliance.read:all',
  'campaign.write:all',
  'campaign.publish:all',
  'grants.read:all',
  'ledger.adjust:all',
  'grants.admin',
  'compliance.write:all',
  'tiers.write:all',
  'insight.read:all',
  'privacy.write:all',
  'webhooks.write:all',
] as const;

/** What a coalition's system may be allowed to do for other partners too. */
const forOthers = ['purchase.report', 'ledger.accrue', 'redeem.quote', 'redeem.write', 'redeem.reverse'];

/**
 * What the operator may grant to a partner's system beyond the scopes of its token. Everything else is for people alone, such as the
 * approval of what another person proposed; and nobody reads what all others owe.
 */
export const grantableScopes: readonly string[] = [
  ...partnerScopes,
  ...forOthers.map((scope) => `${scope}:all`),
  'finance.read:own',
  'credit.read:own',
  'credit.write:own',
  'member.pii:own',
  'campaign.write:own',
  'campaign.publish:own',
  'insight.read:own',
];

/** What is left to a suspended partner and its staff: to take goods back, and to read and dispute what it is owed or owes. */
export const suspendedScopes: readonly string[] = [
  'redeem.reverse:own',
  'settlement.read:own',
  'settlement.dispute:own',
  'finance.read:own',
  'catalog.read',
];

/** Roles of staff. `admin` drafts and `approver` publishes, for nobody approves what they wrote; `partner-admin` is bounded to one partner. */
export const staffScopes = {
  admin: operator,
  approver: [
    'ledger.approve:all',
    'rules.publish:all',
    'rules.simulate:all',
    'campaign.publish:all',
    'catalog.read',
    'ledger.read:all',
    'member.read:all',
    'finance.read:all',
  ],
  finance: ['finance.read:all', 'settlement.read:all', 'settlement.close', 'ledger.read:all', 'catalog.read'],
  'partner-admin': [
    'programmes.write:own',
    'rules.write:own',
    'rules.publish:own',
    'rules.simulate:own',
    'catalog.read',
    'catalog.write:own',
    'pricing.write:own',
    'member.enrol:own',
    'member.read:own',
    'ledger.read:own',
    'ledger.adjust:own',
    'ledger.approve:own',
    'settlement.read:own',
    'packs.buy:own',
    'finance.read:own',
    'campaign.write:own',
    'campaign.publish:own',
    'tiers.write:own',
    'insight.read:own',
    'webhooks.write:own',
  ],
} satisfies Record<string, readonly string[]>;

export type StaffRole = keyof typeof staffScopes;

export const regulatorScopes: readonly string[] = [
  'regulator.read',
  'compliance.read:all',
  'finance.read:all',
  'ledger.read:all',
  'settlement.read:all',
  'catalog.read',
];

/**
 * Every scope that a token of the kind can carry, or that can be granted beside it. What none of them opens does not exist for callers of that kind. Without a token a
 * caller is told of what a member's or a partner's token would open, and of nothing else.
 */
export const scopesOfKind: Readonly<Record<ViewerKind, readonly string[]>> = {
  anonymous: [],
  member: memberScopes,
  partner: [...new Set([...partnerScopes, ...Object.values(partnerExtras).flat(), ...grantableScopes])],
  staff: [...new Set(Object.values(staffScopes).flat())],
  regulator: regulatorScopes,
  service: [],
};
