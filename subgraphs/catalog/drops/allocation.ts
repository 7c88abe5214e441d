/** Few pieces that many want: when they open, and for whom first. `priorityOpensAt` null: for everybody at once. */
export interface DropTerms {
  readonly stock: number;
  readonly opensAt: Date;
  readonly closesAt: Date;
  readonly priorityOpensAt: Date | null;
  /** Pieces that can be had before `opensAt`; what is left of them then is everybody's. */
  readonly priorityQuota: number;
  readonly perMember: number;
}

/** Claims that stand; one whose redemption came to nothing does not. */
export interface StandingClaims {
  readonly all: number;
  readonly early: number;
  readonly mine: number;
}

export type Allocation =
  | { readonly kind: 'allotted'; readonly early: boolean }
  | { readonly kind: 'refused'; readonly code: 'NOT_OPEN'; readonly opensAt: Date | null }
  | { readonly kind: 'refused'; readonly code: 'QUOTA_USED'; readonly opensAt: Date }
  | { readonly kind: 'refused'; readonly code: 'LIMIT_REACHED'; readonly limit: number }
  | { readonly kind: 'refused'; readonly code: 'DROP_SOLD_OUT' };

/** One more piece for a member, or why not. `eligible`: the member may come early. */
export function allot(drop: DropTerms, claims: StandingClaims, eligible: boolean, at: Date): Allocation {
  if (at >= drop.closesAt) return { kind: 'refused', code: 'NOT_OPEN', opensAt: null };
  const early = at < drop.opensAt;
  if (early) {
    const from = eligible && drop.priorityQuota > 0 && drop.priorityOpensAt ? drop.priorityOpensAt : drop.opensAt;
    if (at < from) return { kind: 'refused', code: 'NOT_OPEN', opensAt: from };
  }
  if (claims.mine >= drop.perMember) return { kind: 'refused', code: 'LIMIT_REACHED', limit: drop.perMember };
  if (claims.all >= drop.stock) return { kind: 'refused', code: 'DROP_SOLD_OUT' };
  if (early && claims.early >= drop.priorityQuota) return { kind: 'refused', code: 'QUOTA_USED', opensAt: drop.opensAt };
  return { kind: 'allotted', early };
}

/** Why terms are none that can be kept; null where nothing is wrong. */
export function dropProblem({ stock, opensAt, closesAt, priorityOpensAt, priorityQuota, perMember }: DropTerms): string | null {
  if (stock < 1) return 'A drop has at least 1 piece';
  if (perMember < 1) return 'A member can have at least 1 piece';
  if (priorityQuota < 0 || priorityQuota > stock) return 'A priority quota is 0 to all of the pieces';
  if (priorityOpensAt !== null && priorityOpensAt >= opensAt) return 'Priority begins before the drop opens for everybody';
  if (opensAt >= closesAt) return 'A drop opens before it closes';
  return null;
}
