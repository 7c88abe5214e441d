import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid, validate } from 'uuid';
import { addMs, now, secondMs } from '../../kernel/clock.js';
import { badInput, DomainError } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { buyerOf, type CartEntry, cartOf, linesOf, soldOutOf } from './cart.js';
import type { Context } from '../context.js';
import { itemInDrop } from '../drops/claims.js';
import { deliveringSubgraph } from '../redemption/delivery-port.js';
import { firstTime } from '../first-time.js';
import type { Item } from '../items/item.entity.js';
import { purse } from '../ledger-port.js';
import { bandsAt, linesFor } from '../pricing/credit-threshold.js';
import { slotProblem } from '../slots/slot-store.js';
import { withOffers } from '../offers/with-offers.js';
import { Quote } from './quote.entity.js';
import { stateAt } from '../items/redeemable.js';
import { policyOf } from '../policies/read-policy.js';
import { type BlockedRefusal, blockedInstead, type CartLine, type Spendable, split, type SplitRefusal } from './split.js';

/** What is to be priced, for whom. `cashMaxFen` null: any cash. */
export interface Purchase {
  readonly memberRef: string | null;
  readonly cart: readonly CartEntry[];
  readonly prefer: readonly string[];
  readonly cashMaxFen: bigint | null;
}

export type QuoteRefusal =
  | SplitRefusal
  | BlockedRefusal
  | { readonly kind: 'refused'; readonly code: 'NOT_ENROLLED' }
  | { readonly kind: 'refused'; readonly code: 'ITEM_CLOSED'; readonly item: string; readonly opensAt: Date | null }
  | { readonly kind: 'refused'; readonly code: 'SOLD_OUT'; readonly item: string };

export type QuoteOutcome = { readonly kind: 'quoted'; readonly id: string } | QuoteRefusal;

/** A purchase with everything that decides its price but the time and the stock. Null where the caller knows no such member. */
export interface Priced {
  readonly memberUid: string;
  readonly acceptor: string;
  readonly deliveredBy: string;
  readonly items: readonly Item[];
  readonly cart: readonly CartLine[];
  readonly wallets: readonly Spendable[];
  /** Issuers of the programmes that it is priced in. */
  readonly issuers: ReadonlyMap<string, string>;
  readonly prefer: readonly string[];
  readonly cashMaxFen: bigint | null;
}

/** Prices a cart for a member and keeps the price for a time, ten minutes unless set otherwise. */
export async function quote(context: Context, key: WriteKey, purchase: Purchase): Promise<Once<QuoteOutcome>> {
  const priced = await firstTime(context.em, key, () => price(context, 'redeem.quote', purchase));
  return once<QuoteOutcome>(context.em, key, purchase, async (tx) => keepQuote(tx, await priced()));
}

/** Everything that is asked of others before a price can be kept. */
export async function price(context: Context, scope: string, purchase: Purchase): Promise<Priced | null> {
  const { items, cart, acceptor } = await cartOf(context, scope, purchase.cart);
  const memberUid = await buyerOf(context, purchase.memberRef);
  if (memberUid === null) return null;
  const known = { memberUid, acceptor, items, cart, prefer: purchase.prefer, cashMaxFen: purchase.cashMaxFen };
  return withPurse(context, known, 'strictly');
}

async function withPurse(
  context: Context,
  known: Omit<Priced, 'wallets' | 'issuers' | 'deliveredBy'>,
  offers: 'strictly' | 'if they hold',
): Promise<Priced> {
  const prefer = [...new Set(known.prefer)];
  const priced = new Set(known.cart.map(({ programme }) => programme));
  const [{ terms, programmes, wallets }, bandAt] = await Promise.all([
    purse(context, known.memberUid, known.acceptor, [...new Set([...prefer, ...priced])]),
    bandsAt(context, known.memberUid, known.items),
  ]);
  const lines = linesFor(known.cart, known.items, bandAt(known.acceptor));
  const cart = await withOffers(context, known.memberUid, known.acceptor, lines, offers);
  const unknown = prefer.find((programme) => !programmes.has(programme));
  if (unknown !== undefined) throw badInput('There is no such programme', { argument: 'prefer', programme: unknown });
  if (terms?.suspended) throw new DomainError('PARTNER_SUSPENDED', undefined, { partner: known.acceptor });
  const issuers = new Map([...programmes].map(([programme, { issuer }]) => [programme, issuer]));
  return { ...known, cart, prefer, wallets, issuers, deliveredBy: deliveringSubgraph(terms?.trade ?? null) };
}

/** Decides on the price in the transaction's instant and keeps it, or says why not. What is in a drop is had by claiming it in that drop only. */
export async function keepQuote(tx: EntityManager, priced: Priced | null, drop: string | null = null): Promise<QuoteOutcome> {
  if (!priced) return { kind: 'refused', code: 'NOT_ENROLLED' };
  const at = await now(tx);
  for (const { id, opensAt, closesAt } of priced.items)
    if (stateAt(at, opensAt, closesAt) === 'CLOSED')
      return { kind: 'refused', code: 'ITEM_CLOSED', item: id, opensAt: opensAt !== null && at < opensAt ? opensAt : null };
  const inDrop = await itemInDrop(
    tx,
    priced.items.map(({ id }) => id),
    drop,
  );
  if (inDrop) return { kind: 'refused', code: 'ITEM_CLOSED', item: inDrop.item, opensAt: at < inDrop.opensAt ? inDrop.opensAt : null };
  const slot = await slotProblem(tx, priced.cart, at);
  if (slot?.kind === 'CLOSED') return { kind: 'refused', code: 'ITEM_CLOSED', item: slot.item, opensAt: null };
  if (slot) return { kind: 'refused', code: 'SOLD_OUT', item: slot.item };
  const soldOut = await soldOutOf(tx, priced.cart);
  if (soldOut !== undefined) return { kind: 'refused', code: 'SOLD_OUT', item: soldOut };
  const paid = split(priced.cart, priced.wallets, priced.prefer, priced.cashMaxFen);
  if (paid.kind === 'refused') return blockedInstead(paid, priced.cart, (programme) => priced.issuers.get(programme));
  if (paid.legs.length === 0) throw badInput('No part of this cart can be paid with points', { argument: 'cart' });
  const { quoteLifeSeconds } = await policyOf(tx, priced.acceptor);
  const id = uuid();
  tx.create(Quote, {
    id,
    memberUid: priced.memberUid,
    acceptorId: priced.acceptor,
    deliveredBy: priced.deliveredBy,
    split: paid.lines,
    paid: paid.legs,
    prefer: [...priced.prefer],
    cashMaxFen: priced.cashMaxFen,
    priceFen: paid.priceFen,
    cashFen: paid.cashFen,
    until: addMs(at, quoteLifeSeconds * secondMs),
    version: Math.max(...paid.lines.map((line) => line.version)),
    createdAt: at,
    usedBy: null,
  });
  await tx.flush();
  return { kind: 'quoted', id };
}

/** A quote that the viewer may use; anything else is as unknown as a quote that never was. */
export async function usableQuote(context: Context, id: string): Promise<Quote> {
  const found = validate(id) ? await context.loaders.quote.load(id) : null;
  if (!found) throw badInput('There is no such quote', { argument: 'quoteId' });
  return found;
}

/** The same cart for the same member at today's prices. */
export async function priceAgain(context: Context, old: Quote): Promise<Priced> {
  const items = await Promise.all(
    old.split.map(async ({ item }) => {
      const current = await context.loaders.item.load(item);
      if (!current) throw badInput('There is no such item', { argument: 'quoteId', item });
      return current;
    }),
  );
  return withPurse(
    context,
    {
      memberUid: old.memberUid,
      acceptor: old.acceptorId,
      items,
      cart: await linesOf(context.loaders, items, old.split),
      prefer: old.prefer,
      cashMaxFen: old.cashMaxFen,
    },
    'if they hold',
  );
}
