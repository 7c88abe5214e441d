import { v7 as uuid } from 'uuid';
import { once, type Once, type WriteKey } from '../../../kernel/idempotency.js';
import { memberUidOf } from '../../../kernel/member-ref.js';
import { rows } from '../../../kernel/sql.js';
import type { SubgraphContext } from '../../../kernel/subgraph.js';
import { termsOf } from './set-referral-terms.js';

export interface Referring {
  readonly partner: string;
  readonly referrerRef: string;
  readonly referredRef: string;
}

export type ReferOutcome =
  | { readonly kind: 'referred'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: 'NOT_ENROLLED' | 'OWN_REFERRAL' | 'NOT_NEW' | 'ALREADY_REFERRED' };

/** Keeps who brought whom. The new one has bought nothing at the partner yet, was brought by nobody else, and is not the referrer. */
export async function referMember(
  context: Pick<SubgraphContext, 'em' | 'viewer' | 'ids' | 'peers'>,
  key: WriteKey,
  { partner, referrerRef, referredRef }: Referring,
): Promise<Once<ReferOutcome>> {
  const { em, peers, viewer } = context;
  const [referrer, referred] = [await memberUidOf(context, referrerRef), await memberUidOf(context, referredRef)];
  // Asked before the transaction opens: inside it, a subgraph of the same process would meet our entity manager.
  const bought =
    referred !== null &&
    (
      await peers.ask<{ firstPurchase: string | null }>(
        'ledger',
        'query ($partner: ID!, $memberUid: ID!) { firstPurchase(partner: $partner, memberUid: $memberUid, minimumFen: 1) }',
        { partner, memberUid: referred },
        viewer,
      )
    ).firstPurchase !== null;
  return once<ReferOutcome>(em, key, { partner, referrerRef, referredRef }, async (tx) => {
    if (referrer === null || referred === null) return { kind: 'refused', code: 'NOT_ENROLLED' };
    if (referrer === referred) return { kind: 'refused', code: 'OWN_REFERRAL' };
    if (bought) return { kind: 'refused', code: 'NOT_NEW' };
    const { minimumFen, withinDays, waitDays } = await termsOf(tx, partner);
    const made = await rows<{ id: string }>(
      tx,
      `insert into referral (id, partner, referrer_uid, referred_uid, at, until, minimum_fen, wait_days, state)
       values (?, ?, ?, ?, clock(), clock() + ? * interval '1 day', ?, ?, 'WAITING') on conflict (partner, referred_uid) do nothing returning id`,
      [uuid(), partner, referrer, referred, withinDays, minimumFen, waitDays],
    );
    const [referral] = made;
    return referral ? { kind: 'referred', id: referral.id } : { kind: 'refused', code: 'ALREADY_REFERRED' };
  });
}
