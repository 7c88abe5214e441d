/** A referral as its rule looks at it. */
export interface ReferralFacts {
  readonly at: Date;
  /** First instant at which a purchase no longer counts. */
  readonly until: Date;
  readonly waitDays: number;
}

export type Verdict = 'WAITING' | 'REWARDED' | 'LAPSED';

const day = 86_400_000;

/**
 * Pure: what becomes of a referral at an instant, given the new member's first purchase that counts. Only a purchase between the referral and
 * its end earns, and only once the time in which it can be taken back has passed; without one it lapses.
 */
export function verdictOf({ at, until, waitDays }: ReferralFacts, boughtAt: Date | null, now: Date): Verdict {
  if (boughtAt === null || boughtAt < at || boughtAt >= until) return now < until ? 'WAITING' : 'LAPSED';
  return now.getTime() < boughtAt.getTime() + waitDays * day ? 'WAITING' : 'REWARDED';
}

/** What a partner's referrals ask for; the defaults are chosen. */
export interface ReferralTerms {
  readonly minimumFen: bigint;
  readonly withinDays: number;
  readonly waitDays: number;
}

export const chosenTerms: ReferralTerms = { minimumFen: 10_000n, withinDays: 90, waitDays: 7 };
