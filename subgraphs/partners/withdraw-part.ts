import { change, rows } from '../kernel/sql.js';
import type { SubgraphContext } from '../kernel/subgraph.js';
import { type DeliveryDesk, lockDelivery } from './deliver.js';
import { type DeliveryPart, handoverOf } from './delivery-plan.js';
import { Entitlement } from './entitlement.entity.js';
import { planWithdrawal } from './withdrawal-plan.js';

/** Withdraws the pieces that come back with a return, once per return; false, having changed nothing, where they were used. */
export async function withdrawPart(
  { em }: Pick<SubgraphContext, 'em'>,
  desk: DeliveryDesk,
  redemption: string,
  { return: id, lines }: DeliveryPart,
): Promise<boolean> {
  return em.transactional(async (tx) => {
    const delivery = await lockDelivery(tx, redemption);
    if (delivery?.state !== 'DELIVERED') return true;
    const [before] = await rows(tx, 'select 1 from delivery_return where id = ?', [id]);
    if (before) return true;
    const parts = planWithdrawal(await tx.find(Entitlement, { redemption }, { orderBy: { reference: 'asc' } }), lines);
    if (!parts) return false;
    const back = parts.map(({ entitlement: { memberUid, partnerId, kind, amount }, pieces }) => ({
      memberUid,
      partnerId,
      kind,
      amount,
      quantity: pieces,
    }));
    if ((await desk.withdrawn?.(tx, back, id)) === false) return false;
    for (const { entitlement, pieces } of parts) {
      const { reference, kind, amount, item, detail } = entitlement;
      const quantity = entitlement.quantity - pieces;
      if (quantity === 0) await change(tx, 'update entitlement set withdrawn_at = clock() where reference = ?', [reference]);
      else
        await change(tx, 'update entitlement set quantity = ?, detail = ? where reference = ?', [
          quantity,
          handoverOf(desk, kind)?.detail({ amount, quantity, item }) ?? detail,
          reference,
        ]);
    }
    await change(tx, 'insert into delivery_return (id, redemption, at) values (?, ?, clock())', [id, redemption]);
    return true;
  });
}
