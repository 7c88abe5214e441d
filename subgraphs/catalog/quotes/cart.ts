import type { EntityManager } from '@mikro-orm/postgresql';
import { mustActFor } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { memberUidOf } from '../../kernel/member-ref.js';
import { sumOf } from '../../kernel/rational.js';
import { rows } from '../../kernel/sql.js';
import type { Context, Loaders } from '../context.js';
import type { Item } from '../items/item.entity.js';
import { settings } from '../settings.js';
import type { CartLine } from './split.js';

export interface CartEntry {
  readonly item: string;
  readonly quantity: number;
  /** The appointment that was chosen; absent where it needs none. */
  readonly slot?: string | null;
  /** The personal offer that it is had by; absent where there is none. */
  readonly offer?: string | null;
}

const mostOnWire = BigInt(Number.MAX_SAFE_INTEGER);

/** The items of a cart, all of one partner; a partner's own system reaches its own shop only. */
export async function cartOf(
  { loaders, viewer }: Pick<Context, 'loaders' | 'viewer'>,
  scope: string,
  entries: readonly CartEntry[],
): Promise<{ items: Item[]; cart: CartLine[]; acceptor: string }> {
  if (entries.length === 0 || entries.length > settings.maxCartLines)
    throw badInput(`A cart holds 1 to ${settings.maxCartLines} lines`, { argument: 'cart' });
  for (const { quantity } of entries)
    if (quantity < 1 || quantity > settings.maxQuantity)
      throw badInput(`A quantity is 1 to ${settings.maxQuantity}`, { argument: 'cart.quantity' });
  const items = await Promise.all(
    entries.map(async ({ item: id }) => {
      const item = await loaders.item.load(id);
      if (!item) throw badInput('There is no such item', { argument: 'cart.item', item: id });
      return item;
    }),
  );
  const [acceptor = '', ...others] = new Set(items.map((item) => item.ownerId));
  if (others.length > 0) throw badInput('The items of one cart belong to one partner', { argument: 'cart' });
  if (viewer.kind !== 'member') mustActFor(viewer, scope, acceptor);
  const cart = await linesOf(loaders, items, entries);
  // Fen and points alike: what a cart comes to has to fit the wire.
  const pieces = (unit: (line: CartLine) => bigint): bigint => sumOf(cart.map((line) => unit(line) * BigInt(line.quantity)));
  if (pieces((line) => line.faceFen) > mostOnWire || pieces((line) => line.pricePoints) > mostOnWire)
    throw badInput('The cart comes to more than can be written', { argument: 'cart' });
  return { items, acceptor, cart };
}

/** An item in a cart, at the version it has. */
const lineOf = (item: Item, quantity: number): CartLine => ({
  item: item.id,
  version: item.version,
  quantity,
  faceFen: item.faceFen,
  programme: item.programme,
  pricePoints: item.pricePoints,
  maxShareBasisPoints: item.maxPointsShareBasisPoints,
  acceptsOthers: item.acceptsOtherProgrammes,
  category: item.category,
});

/** Items in a cart, with the issuers whose points may not pay for them; in their order. */
export const linesOf = (
  loaders: Pick<Loaders, 'blockedIssuers'>,
  items: readonly Item[],
  entries: readonly Pick<CartEntry, 'quantity' | 'slot' | 'offer'>[],
): Promise<CartLine[]> =>
  Promise.all(
    items.map(async (item, index) => ({
      ...lineOf(item, entries[index]?.quantity ?? 1),
      blockedIssuers: await loaders.blockedIssuers.load(item.category),
      slot: entries[index]?.slot ?? null,
      offer: entries[index]?.offer ?? null,
    })),
  );

/** The member that a caller means; null where it knows none. Whoever is not a member has to say who. */
export async function buyerOf(context: Context, memberRef: string | null): Promise<string | null> {
  if (memberRef === null && context.viewer.kind !== 'member')
    throw badInput('Say for which member: `memberRef` is missing', { argument: 'memberRef' });
  return memberUidOf(context, memberRef);
}

/** The first item of which fewer pieces are left than wanted. */
export async function soldOutOf(tx: EntityManager, cart: readonly { item: string; quantity: number }[]): Promise<string | undefined> {
  const wanted = new Map<string, number>();
  for (const { item, quantity } of cart) wanted.set(item, (wanted.get(item) ?? 0) + quantity);
  const shelves = await rows<{ item: string; remaining: number | null }>(
    tx,
    'select item, remaining from shelf where item = any(?::text[]) order by item',
    [[...wanted.keys()]],
  );
  return shelves.find(({ item, remaining }) => remaining !== null && remaining < (wanted.get(item) ?? 0))?.item;
}
