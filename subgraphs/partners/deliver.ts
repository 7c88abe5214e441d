import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput, DomainError } from '../kernel/errors.js';
import { now } from '../kernel/clock.js';
import { canonical } from '../kernel/json.js';
import { change, rows } from '../kernel/sql.js';
import type { SubgraphContext } from '../kernel/subgraph.js';
import { checkOrder, type DeliveryOrder, type Handovers, planDelivery } from './delivery-plan.js';
import type { DeliveryReceipt } from './delivery.entity.js';
import { Entitlement } from './entitlement.entity.js';
import { isUuid } from './visibility.js';
import { voucherCode } from './voucher-code.js';

/** How a trade delivers, and what else a delivery moves there. */
export interface DeliveryDesk extends Handovers {
  /** Runs with the delivery, in its transaction. */
  readonly delivered?: (tx: EntityManager, entitlements: readonly Entitlement[]) => Promise<void>;
  /** Takes back what `delivered` moved, once per cause (the redemption, or a return of a part); false, having changed nothing, where it was used already. */
  readonly withdrawn?: (tx: EntityManager, entitlements: readonly Withdrawn[], cause: string) => Promise<boolean>;
}

/** What is withdrawn of an entitlement. */
export type Withdrawn = Pick<Entitlement, 'memberUid' | 'partnerId' | 'kind' | 'amount' | 'quantity'>;

interface DeliveryRow {
  readonly state: 'DELIVERED' | 'REFUSED' | 'WITHDRAWN';
  readonly fingerprint: string | null;
  readonly reason: string | null;
}

/**
 * Delivers an order once. The redemption itself is the key, not the caller's: the request and the saga that resumes it are different
 * callers, and after a withdrawal the answer must change under the same key.
 */
export async function deliver({ em }: Pick<SubgraphContext, 'em'>, desk: DeliveryDesk, order: DeliveryOrder): Promise<DeliveryReceipt> {
  checkOrder(order);
  if (!isUuid(order.memberUid)) throw badInput('`memberUid` is a uid', { argument: 'memberUid' });
  const fingerprint = createHash('sha256').update(canonical(order)).digest('hex');
  return em.transactional(async (tx) => {
    const plan = planDelivery(desk, order, voucherCode);
    const fresh = await rows(
      tx,
      `insert into delivery (redemption, partner, member_uid, fingerprint, state, reason, at) values (?, ?, ?, ?, ?, ?, clock())
       on conflict (redemption) do nothing returning 1 as fresh`,
      [
        order.redemption,
        order.partner,
        order.memberUid,
        fingerprint,
        plan.kind === 'deliver' ? 'DELIVERED' : 'REFUSED',
        plan.kind === 'deliver' ? null : plan.reason,
      ],
    );
    if (fresh.length === 0) return sameReceipt(tx, order.redemption, fingerprint);
    if (plan.kind === 'refuse') return { accepted: false, reason: plan.reason, lines: [] };
    const deliveredAt = await now(tx);
    const { redemption, memberUid, partner: partnerId } = order;
    const entitlements = plan.entitlements.map((entitlement) =>
      tx.create(Entitlement, { ...entitlement, redemption, memberUid, partnerId, deliveredAt, usedAt: null, withdrawnAt: null }),
    );
    await tx.flush();
    await desk.delivered?.(tx, entitlements);
    return receiptOf(entitlements);
  });
}

async function sameReceipt(tx: EntityManager, redemption: string, fingerprint: string): Promise<DeliveryReceipt> {
  const earlier = (await lockDelivery(tx, redemption)) as DeliveryRow;
  if (earlier.state === 'WITHDRAWN') return { accepted: false, reason: 'The order was withdrawn', lines: [] };
  if (earlier.fingerprint !== fingerprint) throw new DomainError('IDEMPOTENCY_CONFLICT', undefined, { redemption });
  if (earlier.state === 'REFUSED') return { accepted: false, reason: earlier.reason, lines: [] };
  return receiptOf(await tx.find(Entitlement, { redemption }, { orderBy: { line: 'asc', reference: 'asc' } }));
}

/** Withdraws whatever of the redemption was or will be delivered here: an order that arrives later is refused. */
export async function withdrawDelivery({ em }: Pick<SubgraphContext, 'em'>, desk: DeliveryDesk, redemption: string): Promise<boolean> {
  return em.transactional(async (tx) => {
    const fresh = await rows(
      tx,
      `insert into delivery (redemption, state, at) values (?, 'WITHDRAWN', clock()) on conflict (redemption) do nothing returning 1 as fresh`,
      [redemption],
    );
    if (fresh.length > 0) return true;
    const { state } = (await lockDelivery(tx, redemption)) as DeliveryRow;
    if (state === 'WITHDRAWN') return true;
    const entitlements = await tx.find(Entitlement, { redemption, withdrawnAt: null });
    if (entitlements.some(({ usedAt }) => usedAt !== null)) return false;
    if (entitlements.length > 0 && (await desk.withdrawn?.(tx, entitlements, redemption)) === false) return false;
    await change(tx, 'update entitlement set withdrawn_at = clock() where redemption = ? and withdrawn_at is null', [redemption]);
    await change(tx, `update delivery set state = 'WITHDRAWN' where redemption = ?`, [redemption]);
    return true;
  });
}

export async function lockDelivery(tx: EntityManager, redemption: string): Promise<DeliveryRow | undefined> {
  const [row] = await rows<DeliveryRow>(tx, 'select state, fingerprint, reason from delivery where redemption = ? for update', [
    redemption,
  ]);
  return row;
}

/** Codes of one line in one order, so that the first receipt and every later one read alike. */
function receiptOf(entitlements: readonly Entitlement[]): DeliveryReceipt {
  const lines = new Map<number, Entitlement[]>();
  for (const entitlement of entitlements) lines.set(entitlement.line, [...(lines.get(entitlement.line) ?? []), entitlement]);
  return {
    accepted: true,
    reason: null,
    lines: [...lines]
      .sort(([a], [b]) => a - b)
      .map(([line, units]) => ({
        line,
        reference: units
          .map(({ reference }) => reference)
          .sort()
          .join(' '),
        detail: units[0]?.detail ?? '',
      })),
  };
}
