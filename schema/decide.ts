import type { AccessRule, FieldClass } from './access.js';
import type { Code } from './codes.js';
import { covers, type Viewer } from './viewer.js';

/** Whose record a value is. `partners`: those it belongs to, such as a programme's issuer or both sides of an obligation. */
export interface Owner {
  readonly member?: string | undefined;
  readonly partners?: readonly string[] | undefined;
  /** Whether the member agreed that the viewer's partner reads the class; absent until it was asked, which only a CONSENT_REQUIRED makes worth it. */
  readonly consented?: ((fieldClass: FieldClass) => boolean) | undefined;
}

/**
 * Pure: is the field open to this viewer? Null is open, else the code that closes it. Gateway, guard and `explain` ask it.
 * Without an owner only the questions of identity and scope are answered: the gateway asks so before planning, the subgraph
 * asks again with the record in hand.
 */
export function decide(rule: AccessRule, viewer: Viewer, owner?: Owner): Code | null {
  if (rule.classes.includes('INTERNAL')) return viewer.via ? null : 'FORBIDDEN_FIELD';
  if (viewer.via || !rule.authenticated) return null;
  if (viewer.kind === 'anonymous') return 'UNAUTHENTICATED';
  if (rule.scopes.length > 0 && !rule.scopes.some((needed) => needed.every((scope) => covers(viewer.scopes, scope))))
    return 'FORBIDDEN_FIELD';
  if (!owner) return null;
  const closed = rule.classes.filter((fieldClass) => !reaches(fieldClass, viewer, owner));
  if (closed.length === 0) return null;
  return closed.every((fieldClass) => lacksConsentOnly(fieldClass, viewer, owner)) ? 'CONSENT_REQUIRED' : 'FORBIDDEN_FIELD';
}

/** Record ownership per class. Consent opens SHARED, PII and CREDIT to a partner; the member and the operator's named staff need none. */
function reaches(fieldClass: FieldClass, viewer: Viewer, owner: Owner): boolean {
  if (fieldClass === 'PUBLIC') return true;
  if (viewer.kind === 'member') return owner.member !== undefined && owner.member === viewer.uid;
  if (viewer.partner !== undefined && !owner.partners?.includes(viewer.partner)) return false;
  if (viewer.partner !== undefined && byConsent.has(fieldClass))
    return mayAsk(fieldClass, viewer) && owner.consented?.(fieldClass) === true;
  switch (fieldClass) {
    case 'OWN':
    case 'FINANCE':
    case 'SHARED':
      return true;
    case 'PII':
    case 'CREDIT':
      return viewer.kind === 'staff' && mayAsk(fieldClass, viewer);
    case 'COMPLIANCE':
      return viewer.kind === 'regulator' || covers(viewer.scopes, 'compliance.read:own');
    case 'INTERNAL':
      return false;
  }
}

const byConsent: ReadonlySet<FieldClass> = new Set<FieldClass>(['SHARED', 'PII', 'CREDIT']);

/** People need a scope of their own for what names or rates a person; a partner's system acts under the member's consent alone. */
function mayAsk(fieldClass: FieldClass, { kind, scopes }: Viewer): boolean {
  if (kind === 'partner' || fieldClass === 'SHARED') return true;
  return kind === 'staff' && covers(scopes, fieldClass === 'PII' ? 'member.pii:own' : 'credit.read:own');
}

/** A partner that the record belongs to, or that knows the member, and that may ask. */
function lacksConsentOnly(fieldClass: FieldClass, viewer: Viewer, owner: Owner): boolean {
  if (viewer.partner === undefined || owner.member === undefined || !owner.partners?.includes(viewer.partner)) return false;
  return byConsent.has(fieldClass) && mayAsk(fieldClass, viewer);
}
