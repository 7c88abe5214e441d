import type { EntityManager } from '@mikro-orm/postgresql';
import { addMs, now, secondMs } from '../../kernel/clock.js';
import { rows } from '../../kernel/sql.js';
import { policyOf } from '../policies/read-policy.js';
import { type Decimal, exactly, percentOf } from './decimal.js';
import { boundsAround, priceAt, type PriceBounds } from './dynamic-price.js';
import { priceHistories } from './price-history.js';

/** Between which prices an item may be set now, under its shelf's lock. `percent` null: as its owner's policy says. */
export async function boundsNow(
  tx: EntityManager,
  item: { readonly id: string; readonly ownerId: string },
  percent: Decimal | null,
): Promise<PriceBounds & { readonly percent: Decimal }> {
  const policy = await policyOf(tx, item.ownerId);
  const [history] = await priceHistories(tx, [item.id]);
  const then = addMs(await now(tx), -policy.boundLookBackSeconds * secondMs);
  const reference = priceAt(history?.regular ?? [], history?.overrides ?? [], then, policy.boundAgainst);
  if (reference === null) throw new Error('an item that is on offer has a price');
  const used = percent ?? percentOf(policy.priceBoundBasisPoints);
  return { ...boundsAround(reference, exactly(used)), percent: used };
}

/** The bound that the item's price was last set with; null where its price was never made of cost and demand. */
export async function boundOf(tx: EntityManager, item: string): Promise<Decimal | null> {
  const [row] = await rows<{ bound_percent: string }>(
    tx,
    'select bound_percent from item_pricing where item = ? order by version desc limit 1',
    [item],
  );
  return row?.bound_percent ?? null;
}
