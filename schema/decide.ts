import type { AccessRule, FieldClass } from './access.js';
import type { Code } from './codes.js';
import { covers, type Viewer } from './viewer.js';

/** Whose record a value is. `partners`: those it belongs to, such as a programme's issuer or both sides of an obligation. */
export interface Owner {
  readonly member?: string | undefined;
  readonly partners?: readonly string[] | undefined;
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
  return rule.classes.every((fieldClass) => reaches(fieldClass, viewer, owner)) ? null : 'FORBIDDEN_FIELD';
}

/** Record ownership per class. Consent opens SHARED, PII and CREDIT to others than the member and the operator's named staff. */
function reaches(fieldClass: FieldClass, viewer: Viewer, owner: Owner): boolean {
  if (fieldClass === 'PUBLIC') return true;
  if (viewer.kind === 'member') return owner.member !== undefined && owner.member === viewer.uid;
  if (viewer.partner !== undefined && !owner.partners?.includes(viewer.partner)) return false;
  switch (fieldClass) {
    case 'OWN':
    case 'FINANCE':
      return true;
    case 'SHARED':
      return viewer.partner === undefined;
    case 'PII':
      return viewer.kind === 'staff' && covers(viewer.scopes, 'member.pii:own');
    case 'CREDIT':
      return viewer.kind === 'staff' && covers(viewer.scopes, 'credit.read:own');
    case 'COMPLIANCE':
      return viewer.kind === 'regulator' || covers(viewer.scopes, 'compliance.read:own');
    case 'INTERNAL':
      return false;
  }
}
