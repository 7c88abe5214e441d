import type { AccessTable } from '../../schema/access.js';
import { classScopes } from '../../schema/decide.js';
import { covers, type Viewer } from '../../schema/viewer.js';
import { Recent } from '../../schema/recent.js';

const maxStandings = 2_000;

/**
 * All of a viewer on which the table's decisions depend, as one string: kind, whether bounded to a partner, whether suspended, and which of the scopes
 * that any rule names are covered. Two viewers of the same standing get the same answer to the question what is closed.
 */
export function standings(table: AccessTable): (viewer: Viewer) => string {
  const asked = [...new Set([...[...table.values()].flatMap((rule) => rule.scopes.flat()), ...Object.values(classScopes)])].sort();
  const known = new Recent<string>(maxStandings);
  return (viewer) => {
    const seen = `${viewer.kind}${viewer.partner === undefined ? '' : '+'}${viewer.via === undefined ? '' : '!'}${viewer.suspended ? '-' : ''} ${viewer.scopes.join(' ')}`;
    return known.of(seen, () => {
      const held = asked.filter((scope) => covers(viewer.scopes, scope));
      return `${seen.slice(0, seen.indexOf(' '))} ${held.join(' ')}`;
    });
  };
}
