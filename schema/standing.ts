import { suspendedScopes } from './scopes.js';
import type { Viewer } from './viewer.js';

/** What has become of a partner or a person since the token was issued. */
export interface Standing {
  readonly suspended: boolean;
  /** Scopes granted to a partner's system beyond its token. */
  readonly extraScopes: readonly string[];
  readonly withdrawnScopes: readonly string[];
}

export const unchanged: Standing = { suspended: false, extraScopes: [], withdrawnScopes: [] };

/**
 * Pure: the viewer with the rights that it has now. Grants widen a partner's system, not its staff; withdrawals and a suspension hold for
 * both. Where nothing has changed since the token was issued the viewer is the same value.
 */
export function underStandings(viewer: Viewer, standings: readonly Standing[]): Viewer {
  if (standings.every(saysNothing)) return viewer;
  const extra = viewer.kind === 'partner' ? standings.flatMap(({ extraScopes }) => extraScopes) : [];
  const withdrawn = standings.flatMap(({ withdrawnScopes }) => withdrawnScopes);
  const suspended = standings.some((standing) => standing.suspended);
  if (extra.length === 0 && withdrawn.length === 0 && !suspended) return viewer;
  const held = without([...new Set([...viewer.scopes, ...extra])], withdrawn);
  if (!suspended) return { ...viewer, scopes: held };
  return { ...viewer, scopes: held.filter((scope) => suspendedScopes.includes(scope)), suspended: true };
}

const saysNothing = ({ suspended, extraScopes, withdrawnScopes }: Standing): boolean =>
  !suspended && extraScopes.length === 0 && withdrawnScopes.length === 0;

/** Pure: scopes less the withdrawn ones. Who loses `:own` loses `:all` with it, or the narrower right would live on in the wider one. */
export function without(scopes: readonly string[], withdrawn: readonly string[]): string[] {
  const gone = new Set(withdrawn.flatMap((scope) => [scope, scope.replace(/:own$/, ':all')]));
  return scopes.filter((scope) => !gone.has(scope));
}
