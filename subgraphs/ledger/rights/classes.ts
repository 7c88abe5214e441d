import { grantableScopes } from '../../../schema/scopes.js';
import { covers } from '../../../schema/viewer.js';

export type Boundary = 'OWN' | 'ALL';

/** What reading a field class takes, for those who think in classes and not in scopes. */
const readingScopes: Readonly<Record<string, string>> = {
  OWN: 'ledger.read',
  FINANCE: 'finance.read',
  CREDIT: 'credit.read',
  PII: 'member.pii',
  COMPLIANCE: 'compliance.read',
};

export interface Granted {
  readonly scope: string;
  /** The field class that was asked for, where it was one. */
  readonly class: string | null;
}

/** Pure: field classes (`FINANCE`) and scopes (`finance.read`, `finance.read:own`) as scopes; the boundary holds where none is written. */
export const scopesOf = (classes: readonly string[], boundary: Boundary): Granted[] =>
  [...new Set(classes)].map((name) => {
    const scope = readingScopes[name] ?? name;
    return { scope: scope.includes(':') ? scope : `${scope}:${boundary.toLowerCase()}`, class: name in readingScopes ? name : null };
  });

/** Pure: what of it the granter does not have. */
export const exceeding = (held: readonly string[], granted: readonly Granted[]): string[] =>
  granted.map(({ scope }) => scope).filter((scope) => !covers(held, scope));

/** Pure: what of it no partner's system can have. */
export const ungrantable = (granted: readonly Granted[]): string[] =>
  granted.map(({ scope }) => scope).filter((scope) => !grantableScopes.includes(scope));
