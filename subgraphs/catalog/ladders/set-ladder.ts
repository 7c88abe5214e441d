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
  readonly rungs: readonly RungWish[];
}

export async function ladderOf(em: EntityManager, owner: string): Promise<LadderTerms | null> {
  const [row] = await rows<{ programme: string; basis: LadderBasis; rungs: string }>(
    em,
    'select programme, basis, rungs from ladder where owner_id = ?',
    [owner],
  );
  return row ? { owner, programme: row.programme, basis: row.basis, rungs: decode<readonly RungWish[]>(row.rungs) } : null;
}

/** Puts items of one partner and one programme in the order in which more points reach them; instead of its ladder of before. */
export async function setLadder({ em, loaders }: Context, key: WriteKey, wish: LadderTerms): Promise<Once<{ readonly kind: 'set' }>> {
  if (wish.rungs.length === 0 || wish.rungs.length > 50 || new Set(wish.rungs.map(({ item }) => item)).size < wish.rungs.length)
    throw badInput('A ladder has 1 to 50 rungs, each item once', { argument: 'rungs' });
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
      `insert into ladder (owner_id, programme, basis, rungs) values (?, ?, ?, ?)
       on conflict (owner_id) do update set programme = excluded.programme, basis = excluded.basis, rungs = excluded.rungs`,
      [wish.owner, wish.programme, wish.basis, encode(wish.rungs)],
    );
    await auditChange(tx, key, { partner: wish.owner, before, after: wish });
    return { kind: 'set' };
  });
}
