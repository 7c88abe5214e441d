import type { Rational } from '../../../kernel/rational.js';
import { displacedBy } from './displaced.js';
import type { Mismatch } from './rule-label.js';
import { mismatchesOf } from './rule-label.js';
import type { Problem } from './rule-lint.js';
import type { Rule } from '../rules.js';

export interface Candidate extends Rule {
  readonly claim: string | null;
}

export interface Terms {
  readonly kind: 'POINTS' | 'MILES';
  readonly disclosure: Readonly<Record<'ratio' | 'validity' | 'limits', string | null>> | null;
  /** Fen per point. */
  readonly value: Rational;
}

export type GateRefusal =
  | { readonly kind: 'refused'; readonly code: 'LINT_FAILED'; readonly problems: readonly Problem[] }
  | { readonly kind: 'refused'; readonly code: 'DISCLOSURE_MISSING'; readonly missing: readonly string[] }
  | { readonly kind: 'refused'; readonly code: 'LABEL_MISMATCH'; readonly mismatches: readonly Mismatch[] };

/**
 * What speaks against putting a draft in force at an instant, or null. `published`: the versions of its programme's rules that are; `problems`:
 * what its terms have against them by themselves.
 */
export function gateOf(
  draft: Candidate,
  published: readonly Rule[],
  terms: Terms,
  at: Date,
  problems: readonly Problem[],
): GateRefusal | null {
  const running = published.filter(({ name }) => name === draft.name);
  const all = [...problems, ...outOfOrder(draft, running, at), ...displacing(draft, published, at)];
  if (all.length > 0) return { kind: 'refused', code: 'LINT_FAILED', problems: all };
  const missing = undisclosed(terms);
  if (missing.length > 0) return { kind: 'refused', code: 'DISCLOSURE_MISSING', missing };
  const mismatches = mismatchesOf([draft.claim, draft.name], draft, terms.value);
  return mismatches.length > 0 ? { kind: 'refused', code: 'LABEL_MISMATCH', mismatches } : null;
}

/** What members have to be told of miles before they earn any, and are not. */
export const undisclosed = ({ kind, disclosure }: Pick<Terms, 'kind' | 'disclosure'>): string[] =>
  kind === 'MILES' ? (['ratio', 'validity', 'limits'] as const).filter((part) => !disclosure?.[part]) : [];

/** What runs changes by a newer version only, and only from now on: purchases of yesterday keep the rules of yesterday. */
function outOfOrder({ version, validFrom }: Candidate, running: readonly Rule[], at: Date): Problem[] {
  if (running.some((other) => other.version > version))
    return [{ code: 'VERSION_SUPERSEDED', detail: 'A newer version of the rule is published already' }];
  if (running.length === 0) return [];
  const from = validFrom ?? at;
  if (from < at) return [{ code: 'VERSION_BACKDATED', detail: 'A rule that was published changes from now or later, never for the past' }];
  if (running.some((other) => other.validFrom !== null && from <= other.validFrom))
    return [{ code: 'VERSION_NOT_LATER', detail: 'A newer version begins after the one that it replaces' }];
  return [];
}

/** To take a running rule's place is to change it, under whatever name: from a later instant only. */
const displacing = (draft: Candidate, published: readonly Rule[], at: Date): Problem[] =>
  displacedBy(draft, published, at).map(({ name }) => ({
    code: 'BASE_DISPLACED',
    detail: `A BASE rule that is more specific than the running rule "${name}" takes its place, and so begins after its publication`,
  }));
