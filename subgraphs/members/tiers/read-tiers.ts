import type { EntityManager } from '@mikro-orm/postgresql';
import type { Reason } from './potential.js';
import { ladderOf } from './set-tiers.js';
import { MemberTier, type MemberTierStep, type StoredReason } from './tier.entity.js';

/** Where a member stands at a partner; everybody is on the lowest step of a ladder before anything is recorded. */
export interface Standing {
  readonly memberUid: string;
  readonly partner: string;
  readonly tier: MemberTierStep;
  readonly since: Date | null;
  readonly reasons: readonly StoredReason[];
  readonly automated: boolean;
}

export const lowest = (tiers: readonly MemberTierStep[]): MemberTierStep => tiers.toSorted((a, b) => a.rank - b.rank)[0] as MemberTierStep;

/** A member's standing at a partner; null where the partner has no tiers. */
export async function standingAt(em: EntityManager, memberUid: string, partner: string): Promise<Standing | null> {
  const ladder = await ladderOf(em, partner);
  if (!ladder) return null;
  const row = await em.findOne(MemberTier, { memberUid, partner });
  const tier = ladder.tiers.find(({ id }) => id === row?.tier) ?? lowest(ladder.tiers);
  return { memberUid, partner, tier, since: row?.since ?? null, reasons: row?.reasons ?? [], automated: row?.automated ?? false };
}

/** The windows are stored with their figures: the ladder may compare others by the time that somebody reads them. */
export const stored = (reasons: readonly Reason[], windowDays: number): StoredReason[] =>
  reasons.map(({ code, before, recent }) => ({ code, before: `${before}`, recent: `${recent}`, windowDays }));
