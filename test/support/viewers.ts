import type { Viewer } from '../../schema/viewer.js';
import { memberScopes, partnerScopes, regulatorScopes, staffScopes, type StaffRole } from '../../schema/scopes.js';

const common = { language: 'en', traceId: 'test' } as const;

/** Viewers as the gateway would make them out of tokens. */
export const viewers = {
  anonymous: { kind: 'anonymous', sub: '', scopes: [], ...common } satisfies Viewer,
  partner: (partner: string, scopes: readonly string[] = partnerScopes): Viewer => ({
    kind: 'partner',
    sub: `client-${partner}`,
    partner,
    scopes,
    ...common,
  }),
  member: (uid: string, scopes: readonly string[] = memberScopes): Viewer => ({ kind: 'member', sub: uid, uid, scopes, ...common }),
  staff: (role: StaffRole = 'admin', sub = `staff-${role}`): Viewer => ({ kind: 'staff', sub, scopes: staffScopes[role], ...common }),
  partnerStaff: (partner: string, role: StaffRole = 'partner-admin', sub = `staff-${partner}`): Viewer => ({
    kind: 'staff',
    sub,
    partner,
    scopes: staffScopes[role],
    ...common,
  }),
  regulator: { kind: 'regulator', sub: 'regulator', scopes: regulatorScopes, ...common } satisfies Viewer,
};
