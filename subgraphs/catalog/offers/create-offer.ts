import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import type { TargetedOffer } from './offer-store.js';

export type CreateOfferOutcome = { readonly kind: 'created' } | { readonly kind: 'refused'; readonly code: 'OFFER_TAKEN' };

/** Keeps an offer; it never changes afterwards. It always has an alternative that is offered to everybody. */
export async function createOffer({ em, loaders }: Context, key: WriteKey, offer: TargetedOffer): Promise<Once<CreateOfferOutcome>> {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(offer.id))
    throw badInput('An offer id is 1 to 63 lower-case letters, digits and hyphens', { argument: 'id' });
  if (offer.startsAt >= offer.endsAt) throw badInput('An offer begins before it ends', { argument: 'endsAt' });
  if (offer.category.trim() === '') throw badInput('A segment has a category', { argument: 'category' });
  if (offer.windowDays < 1 || offer.windowDays > 3_650) throw badInput('A window is 1 to 3650 days', { argument: 'windowDays' });
  if (offer.shareBasisPoints < 1 || offer.shareBasisPoints > 10_000)
    throw badInput('A share is 1 to 10000 basis points', { argument: 'maxPointsShareBasisPoints' });
  for (const argument of ['item', 'alternative'] as const)
    if ((await loaders.item.load(offer[argument]))?.ownerId !== offer.owner)
      throw badInput('The partner offers no such item', { argument, item: offer[argument] });
  return once<CreateOfferOutcome>(em, key, offer, async (tx) => {
    const made = await rows(
      tx,
      `insert into targeted_offer (id, owner_id, item, alternative, category, window_days, share_basis_points, starts_at, ends_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing returning 1 as made`,
      [
        offer.id,
        offer.owner,
        offer.item,
        offer.alternative,
        offer.category,
        offer.windowDays,
        offer.shareBasisPoints,
        offer.startsAt,
        offer.endsAt,
      ],
    );
    if (made.length === 0) return { kind: 'refused', code: 'OFFER_TAKEN' };
    await auditChange(tx, key, { partner: offer.owner, before: null, after: offer });
    return { kind: 'created' };
  });
}
