import { v7 as uuid } from 'uuid';
import { mustActFor } from '../../kernel/acting-for.js';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';

export interface SlotWish {
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly capacity: number;
}

/** Opens appointments for an item; from then on it is had in one of them only. One that is there already gets the new capacity, less what is taken. */
export async function openSlots(
  context: Context,
  key: WriteKey,
  wish: { readonly item: string; readonly slots: readonly SlotWish[] },
): Promise<Once<{ readonly kind: 'opened'; readonly ids: readonly string[] }>> {
  const item = await context.loaders.item.load(wish.item);
  if (!item) throw badInput('There is no such item', { argument: 'item' });
  mustActFor(context.viewer, 'catalog.write', item.ownerId);
  if (wish.slots.length === 0 || wish.slots.length > 200) throw badInput('Open 1 to 200 slots at once', { argument: 'slots' });
  for (const { startsAt, endsAt, capacity } of wish.slots)
    if (startsAt >= endsAt || capacity < 1 || capacity > 1_000_000)
      throw badInput('A slot begins before it ends and has room for at least 1', { argument: 'slots' });
  return once<{ kind: 'opened'; ids: readonly string[] }>(context.em, key, wish, async (tx) => {
    await rows(tx, 'select 1 as locked from shelf where item = ? for update', [wish.item]);
    const at = await now(tx);
    const ids: string[] = [];
    for (const { startsAt, endsAt, capacity } of wish.slots) {
      if (startsAt <= at) throw badInput('A slot begins later than now', { argument: 'slots.startsAt' });
      const [slot] = await rows<{ id: string }>(
        tx,
        `insert into item_slot (id, item, starts_at, ends_at, capacity, remaining) values (?, ?, ?, ?, ?, ?)
         on conflict (item, starts_at) do update set ends_at = excluded.ends_at, capacity = excluded.capacity,
           remaining = excluded.capacity - (item_slot.capacity - item_slot.remaining)
         where excluded.capacity >= item_slot.capacity - item_slot.remaining returning id`,
        [uuid(), wish.item, startsAt, endsAt, capacity, capacity],
      );
      if (!slot) throw badInput('More places of this slot are taken than it would have', { argument: 'slots.capacity' });
      ids.push(slot.id);
    }
    await auditChange(tx, key, { partner: item.ownerId, before: null, after: wish });
    return { kind: 'opened', ids };
  });
}
