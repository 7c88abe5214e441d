import { covers, type Viewer } from '../../schema/viewer.js';
import { badInput, DomainError } from './errors.js';

/**
 * The partner on whose behalf the viewer acts: a partner's own system or staff act for it alone (`scope:own`), the operator's staff for
 * any that they name (`scope:all`). Naming somebody else is FORBIDDEN_OPERATION, whether or not that partner exists.
 */
export function actingFor(viewer: Viewer, scope: string, named?: string | null): string {
  const own = viewer.partner;
  if (own !== undefined && (named === undefined || named === null || named === own)) return own;
  mustHold(viewer, `${scope}:all`);
  if (named === undefined || named === null) throw badInput('Say for which partner: `partner` is missing', { argument: 'partner' });
  return named;
}

/** Whose records the viewer reads: a partner its own, the operator's staff those of whom they name, or of all (null). */
export function readingFor(viewer: Viewer, scope: string, named?: string | null): string | null {
  if (viewer.partner !== undefined || (named !== undefined && named !== null)) return actingFor(viewer, scope, named);
  mustHold(viewer, `${scope}:all`);
  return null;
}

/** Refuses unless the viewer holds the scope, where an operation is open with others too; calls on somebody's behalf were looked at before. */
export function mustHold({ via, scopes }: Viewer, scope: string): void {
  if (via === undefined && !covers(scopes, scope)) throw new DomainError('FORBIDDEN_OPERATION', undefined, { needs: [scope], has: scopes });
}

/** Refuses unless the viewer may act for this very partner; for records whose partner is known. */
export function mustActFor(viewer: Viewer, scope: string, partner: string): void {
  actingFor(viewer, scope, partner);
}

/** Refuses everyone but people of the operator or of a partner: what takes two people is nothing for a system. */
export function mustBeStaff({ kind }: Viewer): void {
  if (kind !== 'staff') throw new DomainError('FORBIDDEN_OPERATION', 'Only staff do this');
}

/** Refuses everyone but the operator's own people. */
export function mustBeOperator(viewer: Viewer): void {
  mustBeStaff(viewer);
  if (viewer.partner !== undefined) throw new DomainError('FORBIDDEN_OPERATION', "Only the operator's own staff do this");
}
