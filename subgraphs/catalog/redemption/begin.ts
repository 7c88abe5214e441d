import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { now } from '../../kernel/clock.js';
import type { WriteKey } from '../../kernel/idempotency.js';
import { invariant } from '../../kernel/invariant.js';
import { change } from '../../kernel/sql.js';
import { Item } from '../items/item.entity.js';
import { Quote } from '../quotes/quote.entity.js';
import { Redemption, RedemptionLine } from './redemption.entity.js';

/** Intent of a redemption: written before anything is asked of anybody, so that a crash at any later point is carried on from. */
export async function begin(tx: EntityManager, key: WriteKey, quoteId: string, term: { readonly expiresAt: Date } | null): Promise<string> {
  const quote = await tx.findOneOrFail(Quote, { id: quoteId }, { disableIdentityMap: true });
  const id = uuid();
  const used = await change(tx, 'update quote set used_by = ? where id = ? and used_by is null', [id, quoteId]);
  invariant(used === 1, 'a quote is used once');
  tx.create(Redemption, {
    id,
    holdId: uuid(),
    quoteId,
    memberUid: quote.memberUid,
    acceptorId: quote.acceptorId,
    deliveredBy: quote.deliveredBy,
    principal: key.principal,
    key: key.key,
    operation: key.operation,
    step: 'QUOTED',
    waiting: term !== null,
    timed: term !== null,
    insisting: false,
    reason: null,
    reserved: false,
    expiresAt: term?.expiresAt ?? null,
    deliverBy: null,
    paid: quote.paid,
    priceFen: quote.priceFen,
    cashFen: quote.cashFen,
    at: await now(tx),
  });
  await tx.flush(); // The ORM orders inserts by its own relations only.
  const versions = await tx.find(
    Item,
    { $or: quote.split.map(({ item, version }) => ({ id: item, version })) },
    { disableIdentityMap: true },
  );
  quote.split.forEach((line, index) => {
    const item = versions.find((candidate) => candidate.id === line.item && candidate.version === line.version);
    invariant(item, 'a quoted version exists');
    tx.create(RedemptionLine, {
      redemptionId: id,
      line: index + 1,
      itemId: line.item,
      itemVersion: line.version,
      deliveryKind: item.deliveryKind,
      deliveryAmount: item.deliveryAmount,
      quantity: line.quantity,
      priceFen: line.priceFen,
      paid: line.legs,
      cashFen: line.cashFen,
      returnedQuantity: 0,
      slotId: line.slot ?? null,
      delivered: false,
      deliveryReference: null,
      deliveryDetail: null,
    });
  });
  return id;
}
