import type { EntityManager } from '@mikro-orm/postgresql';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { TierLadder } from './tier.entity.js';

export type Ladder = Omit<TierLadder, 'version' | 'at'>;

/** The ladder that holds at a partner now; null where it has none. */
export async function ladderOf(em: EntityManager, partner: string): Promise<TierLadder | null> {
  return em.findOne(TierLadder, { partner }, { orderBy: { version: 'desc' } });
}

/** A new version of a partner's tiers. Members keep the step they are on, so a step that somebody is on cannot go. */
export function setTiers(
  { em }: Context,
  key: WriteKey,
  ladder: Ladder,
): Promise<Once<{ readonly kind: 'set'; readonly version: number }>> {
  mustBeSound(ladder);
  return once(em, key, ladder, async (tx) => {
    await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(?, 0))', [`tiers/${ladder.partner}`]);
    const before = await ladderOf(tx, ladder.partner);
    const gone = (before?.tiers ?? []).map(({ id }) => id).filter((id) => !ladder.tiers.some((tier) => tier.id === id));
    const [kept] = await rows<{ tier: string }>(tx, 'select tier from member_tier where partner = ? and tier = any(?::text[]) limit 1', [
      ladder.partner,
      gone,
    ]);
    if (kept) throw badInput(`Members are on the step ${kept.tier}; it cannot go`, { argument: 'tiers' });
    const version = (before?.version ?? 0) + 1;
    tx.create(TierLadder, { ...ladder, version, at: await now(tx) });
    await auditChange(tx, key, { partner: ladder.partner, before: before && { ...before }, after: { ...ladder, version } });
    return { kind: 'set' as const, version };
  });
}

function mustBeSound({ tiers, windowDays, ratioBasisPoints, minimumFen }: Ladder): void {
  const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;
  if (tiers.length < 2 || tiers.length > 20) throw badInput('A ladder has 2 to 20 steps', { argument: 'tiers' });
  if (!tiers.every(({ id }) => /^[a-z][a-z0-9-]{0,29}$/.test(id)))
    throw badInput('The name of a step is 1 to 30 of a-z, 0-9 and -', { argument: 'tiers.id' });
  if (!distinct(tiers.map(({ id }) => id))) throw badInput('Two steps have one name', { argument: 'tiers.id' });
  const ranks = tiers.map(({ rank }) => rank).toSorted((a, b) => a - b);
  if (!ranks.every((rank, place) => rank === place)) throw badInput('Ranks count up from 0 without gaps', { argument: 'tiers.rank' });
  if (windowDays < 1 || windowDays > 366) throw badInput('`windowDays` is 1 to 366', { argument: 'windowDays' });
  if (ratioBasisPoints < 10_000 || ratioBasisPoints > 1_000_000)
    throw badInput('`ratioBasisPoints` is 10000 to 1000000', { argument: 'ratioBasisPoints' });
  if (minimumFen < 0n) throw badInput('`minimumFen` is not negative', { argument: 'minimumFen' });
}
