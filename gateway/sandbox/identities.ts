import { memberScopes, partnerExtras, partnerScopes, regulatorScopes, staffScopes, type StaffRole } from '../../schema/scopes.js';
import type { TokenClaims } from './issuer.js';

const hourSeconds = 3_600;

/** A partner's system. */
export const partnerIdentity = (partner: string, ttlSeconds = hourSeconds): TokenClaims => ({
  kind: 'partner',
  sub: `client-${partner}`,
  partner,
  scope: [...partnerScopes, ...(partnerExtras[partner] ?? [])],
  ttlSeconds,
});

/** A member; `id` is the member's pairwise id for the recipient `member`. */
export const memberIdentity = (id: string, ttlSeconds = hourSeconds): TokenClaims => ({
  kind: 'member',
  sub: id,
  scope: memberScopes,
  ttlSeconds,
});

/** Staff of the operator, or of one partner: then nothing reaches beyond that partner, whatever the role. */
export const staffIdentity = (role: StaffRole, partner?: string, ttlSeconds = hourSeconds): TokenClaims => ({
  kind: 'staff',
  sub: partner === undefined ? `staff-${role}` : `staff-${role}-${partner}`,
  partner,
  scope: partner === undefined ? staffScopes[role] : boundedScopes(role),
  ttlSeconds,
});

export const regulatorIdentity = (ttlSeconds = hourSeconds): TokenClaims => ({
  kind: 'regulator',
  sub: 'regulator',
  scope: regulatorScopes,
  ttlSeconds,
});

/** What a role may do inside one partner: its scopes with the boundary `:own`, as far as a partner's own admin has them. */
function boundedScopes(role: StaffRole): readonly string[] {
  const own = new Set(staffScopes[role].map((scope) => scope.replace(/:all$/, ':own')));
  return staffScopes['partner-admin'].filter((scope) => own.has(scope));
}
