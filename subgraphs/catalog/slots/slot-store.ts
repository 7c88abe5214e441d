import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../kernel/errors.js';
import { change, rows } from '../../kernel/sql.js';

/** An appointment for an item, with how many pieces of it are left. */
export interface Slot {
  readonly id: string;
  readonly item: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly capacity: number;
  readonly remaining: number;
}

interface Row {
  id: string;
  item: string;
  starts_at: string;
  ends_at: string;
  capacity: number;
  remaining: number;
}

const columns = 'id, item, starts_at, ends_at, capacity, remaining';
const slotOf = (row: Row): Slot => ({
  id: row.id,
  item: row.item,
  startsAt: new Date(row.starts_at),
  endsAt: new Date(row.ends_at),
  capacity: row.capacity,
  remaining: row.remaining,
});

export const slotsById = async (em: EntityManager, ids: readonly string[]): Promise<Slot[]> =>
  (await rows<Row>(em, `select ${columns} from item_slot where id = any(?::uuid[])`, [ids])).map(slotOf);

/** Slots of an item that have not begun, the earliest first. */
export const slotsAhead = async (em: EntityManager, item: string, limit: number): Promise<Slot[]> =>
  (
    await rows<Row>(em, `select ${columns} from item_slot where item = ? and starts_at > clock() order by starts_at limit ?`, [item, limit])
  ).map(slotOf);

/** Most pieces that one slot ahead has left, of items that are had in slots; others are left out. */
export async function roomAhead(em: EntityManager, items: readonly string[]): Promise<{ item: string; room: number }[]> {
  return rows<{ item: string; room: number }>(
    em,
    `select item, coalesce(max(remaining) filter (where starts_at > clock()), 0)::integer as room from item_slot
     where item = any(?::text[]) group by item`,
    [items],
  );
}

/** A line of a cart with the slot that was chosen for it; null where none was. */
export interface SlotLine {
  readonly item: string;
  readonly quantity: number;
  readonly slot?: string | null;
}

export type SlotProblem = { readonly kind: 'CLOSED' | 'SOLD_OUT'; readonly item: string };

/** What is wrong with the slots of a cart now; null where nothing is. An item that is had in slots is had in one of them only. */
export async function slotProblem(tx: EntityManager, cart: readonly SlotLine[], at: Date): Promise<SlotProblem | null> {
  const slotted = new Set(
    (
      await roomAhead(
        tx,
        cart.map(({ item }) => item),
      )
    ).map(({ item }) => item),
  );
  const known = await slotsById(
    tx,
    cart.flatMap(({ slot }) => (slot ? [slot] : [])),
  );
  for (const { item, slot: id } of cart) {
    if (!id && slotted.has(item)) throw badInput('Choose one of the slots of this item', { argument: 'cart.slot', item });
    if (!id) continue;
    const slot = known.find((candidate) => candidate.id === id);
    if (slot?.item !== item) throw badInput('The item has no such slot', { argument: 'cart.slot', item });
    if (slot.startsAt <= at) return { kind: 'CLOSED', item };
    if (slot.remaining < piecesIn(cart, id)) return { kind: 'SOLD_OUT', item };
  }
  return null;
}

const piecesIn = (cart: readonly SlotLine[], slot: string): number =>
  cart.reduce((sum, line) => (line.slot === slot ? sum + line.quantity : sum), 0);

/** The first item of a redemption whose slot has too few pieces left; asked under the locks of its shelves. */
export async function fullSlotOf(tx: EntityManager, redemption: string): Promise<string | undefined> {
  const [full] = await rows<{ item: string }>(
    tx,
    `select s.item from item_slot s join (select slot_id, sum(quantity) as pieces from redemption_line where redemption_id = ? group by slot_id) l
       on l.slot_id = s.id where s.remaining < l.pieces order by s.item limit 1`,
    [redemption],
  );
  return full?.item;
}

/** Takes the places of a redemption or gives them back; in the order of their ids, so that two cannot wait for each other. */
export async function moveSlots(tx: EntityManager, redemption: string, direction: 1 | -1): Promise<void> {
  const wanted = await rows<{ slot: string; pieces: string }>(
    tx,
    `select slot_id as slot, sum(quantity) as pieces from redemption_line where redemption_id = ? and slot_id is not null group by slot_id order by slot_id`,
    [redemption],
  );
  for (const { slot, pieces } of wanted) await movePlaces(tx, slot, direction * Number(pieces));
}

export const movePlaces = (tx: EntityManager, slot: string, pieces: number): Promise<number> =>
  change(tx, 'update item_slot set remaining = remaining + ? where id = ?', [pieces, slot]);

/** Places of returned pieces are free for others again. */
export async function freePlaces(
  tx: EntityManager,
  redemption: string,
  lines: readonly { readonly line: number; readonly quantity: number }[],
): Promise<void> {
  const slots = await rows<{ line: number; slot: string }>(
    tx,
    'select line, slot_id as slot from redemption_line where redemption_id = ? and slot_id is not null order by slot_id',
    [redemption],
  );
  for (const { line, slot } of slots) {
    const back = lines.find((candidate) => candidate.line === line);
    if (back) await movePlaces(tx, slot, back.quantity);
  }
}
