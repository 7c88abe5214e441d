import { minOf } from '../../kernel/rational.js';

/** A hold sets lots aside for one redemption. OPEN runs out at `expiresAt`; PINNED and a hold without expiry stay until they are ended. */
export type HoldState = 'OPEN' | 'PINNED' | 'CAPTURED' | 'RELEASED' | 'EXPIRED';

export interface HoldClock {
  readonly state: HoldState;
  readonly expiresAt: Date | null;
  readonly endedAt: Date | null;
}

export type HoldStep =
  | { readonly kind: 'go' }
  | { readonly kind: 'refused'; readonly code: 'HOLD_EXPIRED'; readonly expiredAt: Date }
  | { readonly kind: 'refused'; readonly code: 'HOLD_ENDED'; readonly state: HoldState };

/** Whether a hold may still be pinned, captured or released. It has run out at its very instant, whether or not a job noticed. */
export function mayGoOn({ state, expiresAt, endedAt }: HoldClock, at: Date): HoldStep {
  if (state === 'EXPIRED') return { kind: 'refused', code: 'HOLD_EXPIRED', expiredAt: expiresAt ?? endedAt ?? at };
  if (state === 'CAPTURED' || state === 'RELEASED') return { kind: 'refused', code: 'HOLD_ENDED', state };
  if (state === 'OPEN' && expiresAt !== null && at >= expiresAt) return { kind: 'refused', code: 'HOLD_EXPIRED', expiredAt: expiresAt };
  return { kind: 'go' };
}

/**
 * How many points of each part of a leg a capture of `points` burns: of the parts that spending took first. What it leaves goes back. Expects
 * no more points than the parts have.
 */
export function keepFirst(points: bigint, parts: readonly bigint[]): bigint[] {
  let left = points;
  return parts.map((part) => {
    const kept = minOf(part, left);
    left -= kept;
    return kept;
  });
}
