import type { EntityManager } from '@mikro-orm/postgresql';
import { mustActFor } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { firstTime } from '../first-time.js';
import { programmeValues } from '../ledger-port.js';
import { brokenClaims, type ClaimRefusal, savedAt } from '../campaigns/kept-claims.js';
import { type Decimal, exactly } from './decimal.js';
import { nearest, pointsFor, type PriceBounds } from './dynamic-price.js';
import { addVersion, renewOverrides } from './override-version.js';
import { boundsNow } from './price-bounds.js';

/** What a price is made of. `boundPct` null: as the policy says. */
export interface PricingWish {
  readonly item: string;
  readonly cost: bigint;
  readonly demand: Decimal;
  readonly boundPct: Decimal | null;
}

export type BoundRefusal = {
  readonly kind: 'refused';
  readonly code: 'BOUND_EXCEEDED';
  readonly wanted: bigint;
  readonly allowed: bigint;
} & PriceBounds;

export type PricingOutcome =
  | ({ readonly kind: 'priced'; readonly version: number; readonly price: bigint } & PriceBounds)
  | BoundRefusal
  | ClaimRefusal;

/** Why a price is refused: it moved further than its bound from the price of before. */
export const boundRefusal = ({ reference, least, most }: PriceBounds, wanted: bigint): BoundRefusal => ({
  kind: 'refused',
  code: 'BOUND_EXCEEDED',
  wanted,
  allowed: nearest({ reference, least, most }, wanted),
  reference,
  least,
  most,
});

/** Makes a point price of cost and demand, as a new version of the item; never further from the price of a day before than the bound. */
export async function setPricing(context: Context, key: WriteKey, wish: PricingWish): Promise<Once<PricingOutcome>> {
  const item = await context.loaders.item.load(wish.item);
  if (!item) throw badInput('There is no such item', { argument: 'item' });
  mustActFor(context.viewer, 'pricing.write', item.ownerId);
  if (wish.cost < 1n) throw badInput('A cost is at least 1 fen', { argument: 'cost' });
  if (exactly(wish.demand).numerator === 0n) throw badInput('A demand is more than 0', { argument: 'demand' });
  const asked = await firstTime(context.em, key, () => programmeValues(context, [item.programme]));
  return once<PricingOutcome>(context.em, key, wish, async (tx) => {
    await rows(tx, 'select 1 as locked from shelf where item = ? for update', [wish.item]);
    const [current] = await rows<{ programme: string }>(tx, 'select programme from item_version where id = ? and current', [wish.item]);
    if (current?.programme !== item.programme) throw badInput('The item was changed just now; read it again', { argument: 'item' });
    const value = (await asked()).get(item.programme)?.value;
    if (!value) throw badInput('There is no such programme', { argument: 'item', programme: item.programme });
    const price = pointsFor(wish.cost, exactly(wish.demand), value);
    if (price > BigInt(Number.MAX_SAFE_INTEGER)) throw badInput('The price comes to more than can be written', { argument: 'cost' });
    const { percent, ...bounds } = await boundsNow(tx, item, wish.boundPct);
    if (price < bounds.least || price > bounds.most) return boundRefusal(bounds, price);
    const broken = await brokenClaims(tx, wish.item, savedAt(price));
    if (broken) return broken;
    const reason = `cost ${wish.cost} fen, demand ${wish.demand}, at most ${percent} % from ${bounds.reference}`;
    const version = await saveAsRegular(tx, wish.item, price, { author: key.principal, reason });
    await rows(
      tx,
      `insert into item_pricing (item, version, cost_fen, demand, bound_percent, reference_points, author, at)
       values (?, ?, ?, ?, ?, ?, ?, clock())`,
      [wish.item, version, wish.cost, wish.demand, percent, bounds.reference, key.principal],
    );
    await auditChange(tx, key, { partner: item.ownerId, before: { points: item.pricePoints }, after: { ...wish, price, version } });
    return { kind: 'priced', version, price, ...bounds };
  });
}

/** The item as it is at another price, on offer from now on; special prices go on. */
async function saveAsRegular(
  tx: EntityManager,
  item: string,
  points: bigint,
  by: { readonly author: string; readonly reason: string },
): Promise<number> {
  const version = await addVersion(tx, item, 'PRICING', { points, ...by });
  await change(tx, 'update item_version set current = false where id = ? and current', [item]);
  await change(tx, 'update item_version set current = true where id = ? and version = ?', [item, version]);
  await renewOverrides(tx, item);
  return version;
}
