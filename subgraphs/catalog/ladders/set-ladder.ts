import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { decode, encode } from '../../kernel/json.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import type { LadderBasis, RungWish } from './ladder.js';

export interface LadderTerms {
  readonly owner: string;
  readonly programme: string;
  readonly basis: LadderBasis;
  /** Of how many days purchases count, where these do. */
  readonly windowDays?: number | null;
  readonly rungs: readonly RungWish[];
}

export async function ladderOf(em: EntityManager, owner: string): Promise<LadderTerms | null> {
  const [row] = await rows<{ programme: string; basis: LadderBasis; windowDays: number | null; rungs: string }>(
    em,
    'select programme, basis, window_days as "windowDays", rungs from ladder where owner_id = ?',
    [owner],
  );
  return row ? { owner, ...row, rungs: decode<readonly RungWish[]>(row.rungs) } : null;
}

/** Puts items of one partner and one programme in the order in which more points reach them; instead of its ladder of before. */
export async function setLadder({ em, loaders }: Context, key: WriteKey, wish: LadderTerms): Promise<Once<{ readonly kind: 'set' }>> {
  if (wish.rungs.length === 0 || wish.rungs.length > 50 || new Set(wish.rungs.map(({ item }) => item)).size < wish.rungs.length)
    throw badInput('A ladder has 1 to 50 rungs, each item once', { argument: 'rungs' });
  mustCountOneThing(wish);
  for (const { item: id, thresholdPoints } of wish.rungs) {
    const item = await loaders.item.load(id);
    if (item?.ownerId !== wish.owner || item.programme !== wish.programme)
      throw badInput('A rung is an item of this partner, priced in this programme', { argument: 'rungs', item: id });
    if (thresholdPoints !== null && thresholdPoints < 1n) throw badInput('A threshold is at least 1 point', { argument: 'rungs' });
  }
  return once<{ kind: 'set' }>(em, key, wish, async (tx) => {
    const before = await ladderOf(tx, wish.owner);
    await rows(
      tx,
      `insert into ladder (owner_id, programme, basis, window_days, rungs) values (?, ?, ?, ?, ?)
       on conflict (owner_id) do update set programme = excluded.programme, basis = excluded.basis, window_days = excluded.window_days, rungs = excluded.rungs`,
      [wish.owner, wish.programme, wish.basis, wish.windowDays ?? null, encode(wish.rungs)],
    );
    await auditChange(tx, key, { partner: wish.owner, before, after: wish });
    return { kind: 'set' };
  });
}

/** Purchases have a window and a number at every rung; points have neither. */
function mustCountOneThing({ basis, windowDays, rungs }: LadderTerms): void {
  const purchases = basis === 'PURCHASES';
  const isDays = typeof windowDays === 'number';
  if (purchases !== isDays || (isDays && (windowDays < 1 || windowDays > 3_660)))
    throw badInput('Where purchases count, and nowhere else, `windowDays` is 1 to 3660', { argument: 'windowDays' });
  for (const { thresholdPoints, thresholdPurchases } of rungs) {
    if (purchases !== (typeof thresholdPurchases === 'number') || (purchases && thresholdPoints !== null))
      throw badInput('Where purchases count, and nowhere else, a rung has `thresholdPurchases` and no points', { argument: 'rungs' });
    if (typeof thresholdPurchases === 'number' && thresholdPurchases < 1)
      throw badInput('A threshold is at least 1 purchase', { argument: 'rungs' });
  }
}
