import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid, validate } from 'uuid';
import { mustActFor } from '../../kernel/acting-for.js';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { movePlaces, type Slot, slotsById } from './slot-store.js';

export type BookOutcome =
  | { readonly kind: 'booked'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: 'SOLD_OUT' | 'ITEM_CLOSED'; readonly item: string };

/** Takes places for somebody who pays cash at the partner: the very places that points buy. */
export function bookSlot(
  context: Context,
  key: WriteKey,
  wish: { readonly slot: string; readonly pieces: number; readonly ref: string },
): Promise<Once<BookOutcome>> {
  if (wish.pieces < 1 || wish.pieces > 1_000) throw badInput('1 to 1000 pieces', { argument: 'pieces' });
  if (wish.ref.trim() === '' || wish.ref.length > 200) throw badInput('`ref` is 1 to 200 characters', { argument: 'ref' });
  return once<BookOutcome>(context.em, key, wish, async (tx) => {
    const slot = await lockedSlot(tx, wish.slot, 'slot');
    mustActFor(context.viewer, 'redeem.write', slot.owner);
    if (slot.startsAt <= (await now(tx))) return { kind: 'refused', code: 'ITEM_CLOSED', item: slot.item };
    if (slot.remaining < wish.pieces) return { kind: 'refused', code: 'SOLD_OUT', item: slot.item };
    const id = uuid();
    await rows(tx, 'insert into slot_booking (id, slot_id, pieces, ref, at) values (?, ?, ?, ?, clock())', [
      id,
      slot.id,
      wish.pieces,
      wish.ref,
    ]);
    await movePlaces(tx, slot.id, -wish.pieces);
    return { kind: 'booked', id };
  });
}

/** Gives the places of a booking back; a second time gives nothing more back. */
export function releaseSlot(
  context: Context,
  key: WriteKey,
  booking: string,
): Promise<Once<{ readonly kind: 'released'; readonly slot: string }>> {
  return once<{ kind: 'released'; slot: string }>(context.em, key, { booking }, async (tx) => {
    const [row] = validate(booking)
      ? await rows<{ slot_id: string; pieces: number }>(tx, 'select slot_id, pieces from slot_booking where id = ?', [booking])
      : [];
    if (!row) throw badInput('There is no such booking', { argument: 'booking' });
    const slot = await lockedSlot(tx, row.slot_id, 'booking');
    mustActFor(context.viewer, 'redeem.reverse', slot.owner);
    const released = await change(tx, 'update slot_booking set released_at = clock() where id = ? and released_at is null', [booking]);
    if (released === 1) await movePlaces(tx, slot.id, row.pieces);
    return { kind: 'released', slot: slot.id };
  });
}

/** The slot under its item's lock, which redemptions take as well. */
async function lockedSlot(tx: EntityManager, id: string, argument: string): Promise<Slot & { readonly owner: string }> {
  const [shelf] = validate(id)
    ? await rows<{ owner: string }>(tx, 'select owner from shelf where item = (select item from item_slot where id = ?) for update', [id])
    : [];
  const [slot] = shelf ? await slotsById(tx, [id]) : [];
  if (!shelf || !slot) throw badInput('There is no such slot', { argument });
  return { ...slot, owner: shelf.owner };
}
