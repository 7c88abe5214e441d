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

/** What can be said before a record is known: open on every record, on some (the subgraph asks), or on none. */
export type Outlook = 'always' | 'record' | 'never';

/** People need a scope of their own for what names, rates or supervises a person; nobody reads it by being staff alone. */
export const classScopes: Readonly<Partial<Record<FieldClass, string>>> = {
  PII: 'member.pii:own',
  CREDIT: 'credit.read:own',
  COMPLIANCE: 'compliance.read:own',
};

/** Consent opens these to a partner; the member and the operator's named staff need none. */
export const byConsent: ReadonlySet<FieldClass> = new Set<FieldClass>(['SHARED', 'PII', 'CREDIT']);

/**
 * Pure: is the field open to this viewer? Null is open, else the code that closes it. Gateway, guard and `explain` ask it.
 * Without an owner it answers what holds for every record, so that what no record could open is closed before any subgraph is
 * asked; the subgraph asks again with the record in hand.
 */
export function decide(rule: AccessRule, viewer: Viewer, owner?: Owner): Code | null {
  if (rule.classes.includes('INTERNAL')) return viewer.via ? null : 'FORBIDDEN_FIELD';
  if (viewer.via || !rule.authenticated) return null;
  if (viewer.kind === 'anonymous') return 'UNAUTHENTICATED';
  if (rule.scopes.length > 0 && !rule.scopes.some((needed) => needed.every((scope) => covers(viewer.scopes, scope))))
    return viewer.suspended ? 'PARTNER_SUSPENDED' : 'FORBIDDEN_FIELD';
  if (!owner) return rule.classes.some((fieldClass) => outlook(fieldClass, viewer) === 'never') ? 'FORBIDDEN_FIELD' : null;
  const closed = rule.classes.filter((fieldClass) => !reaches(fieldClass, viewer, owner));
  if (closed.length === 0) return null;
  return closed.every((fieldClass) => lacksConsentOnly(fieldClass, viewer, owner)) ? 'CONSENT_REQUIRED' : 'FORBIDDEN_FIELD';
}

/** Pure: what a class means to a viewer before any record is known. A bounded viewer, of whatever kind, is asked per record. */
export function outlook(fieldClass: FieldClass, viewer: Viewer): Outlook {
  if (fieldClass === 'PUBLIC') return 'always';
  if (fieldClass === 'INTERNAL' || viewer.kind === 'anonymous') return 'never';
  if (viewer.kind === 'member') return fieldClass === 'COMPLIANCE' ? 'never' : 'record';
  if (!mayAsk(fieldClass, viewer)) return 'never';
  return viewer.partner === undefined ? 'always' : 'record';
}

/** A partner's system acts under the member's consent alone, and supervisors supervise; whoever else asks needs the class's scope. */
function mayAsk(fieldClass: FieldClass, { kind, scopes }: Viewer): boolean {
  const scope = classScopes[fieldClass];
  if (scope === undefined) return true;
  if (fieldClass === 'COMPLIANCE') return kind === 'regulator' || covers(scopes, scope);
  return kind === 'partner' || (kind === 'staff' && covers(scopes, scope));
}

/** The same with the record in hand: it is the viewer's own, and where that is not enough, the member agreed. */
function reaches(fieldClass: FieldClass, viewer: Viewer, owner: Owner): boolean {
  const before = outlook(fieldClass, viewer);
  if (before !== 'record') return before === 'always';
  if (viewer.kind === 'member') return owner.member !== undefined && owner.member === viewer.uid;
  if (viewer.partner === undefined || !owner.partners?.includes(viewer.partner)) return false;
  return !byConsent.has(fieldClass) || owner.consented?.(fieldClass) === true;
}

/** A partner that the record belongs to, or that knows the member, and that may ask. */
function lacksConsentOnly(fieldClass: FieldClass, viewer: Viewer, owner: Owner): boolean {
  if (viewer.partner === undefined || owner.member === undefined || !owner.partners?.includes(viewer.partner)) return false;
  return byConsent.has(fieldClass) && mayAsk(fieldClass, viewer);
}
