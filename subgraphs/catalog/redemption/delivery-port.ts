import { subgraphOfTrade, type Trade } from '../../../schema/roster.js';
import { serviceViewer } from '../../../schema/viewer.js';
import type { Peers } from '../../kernel/peers.js';

/** What a partner hands over for one redemption: all lines or none. */
export interface DeliveryOrder {
  readonly redemption: string;
  readonly memberUid: string;
  readonly partner: string;
  readonly lines: readonly {
    readonly line: number;
    readonly kind: string;
    readonly amount: number;
    readonly quantity: number;
    readonly item: string;
  }[];
}

export interface DeliveryReceipt {
  readonly accepted: boolean;
  readonly reason: string | null;
  readonly lines: readonly { readonly line: number; readonly reference: string | null; readonly detail: string | null }[];
}

/** The subgraph that delivers for a partner of this trade; partners without a trade of their own are served by retail. */
export const deliveringSubgraph = (trade: Trade | null): string => (trade && subgraphOfTrade(trade)) || 'retail';

/** Where nothing is handed over and nobody is told who it was for, such as of a donation: there the catalog itself says that it is done. */
export const ownDesk = 'catalog';

/** Asks for the delivery; the same order again gives the same receipt. */
export async function deliver(peers: Peers, subgraph: string, order: DeliveryOrder, key: string): Promise<DeliveryReceipt> {
  if (subgraph === ownDesk)
    return { accepted: true, reason: null, lines: order.lines.map(({ line }) => ({ line, reference: null, detail: null })) };
  const answer = await peers.ask<{ deliver: DeliveryReceipt }>(
    subgraph,
    'mutation ($order: DeliveryOrderInput!) { deliver(order: $order) { accepted reason lines { line reference detail } } }',
    { order },
    serviceViewer('catalog', key),
    key,
  );
  return answer.deliver;
}

/** Pieces of a delivery that come back with a return. */
export interface DeliveryPart {
  readonly return: string;
  readonly lines: readonly { readonly line: number; readonly quantity: number }[];
}

/** Takes the delivery back, or a part of it, also one that never arrived; false where it cannot be taken back any more. */
export async function withdrawDelivery(
  peers: Peers,
  subgraph: string,
  redemption: string,
  key: string,
  part: DeliveryPart | null = null,
): Promise<boolean> {
  if (subgraph === ownDesk) return true;
  const answer = await peers.ask<{ withdrawDelivery: { withdrawn: boolean } }>(
    subgraph,
    'mutation ($redemption: ID!, $part: DeliveryPartInput) { withdrawDelivery(redemption: $redemption, part: $part) { withdrawn } }',
    { redemption, part },
    serviceViewer('catalog', key),
    key,
  );
  return answer.withdrawDelivery.withdrawn;
}
