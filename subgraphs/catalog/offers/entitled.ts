import type { Context } from '../context.js';
import { mayProfile } from '../members-port.js';
import { isInSegment, type TargetedOffer } from './offer-store.js';

/**
 * Whether an offer is this member's. Who never agreed that the partner keeps a profile of what it likes is not looked at, so that nothing
 * can be told from what it bought; a withdrawal holds from the next request.
 */
export const isEntitled = async (context: Context, memberUid: string, offer: TargetedOffer): Promise<boolean> =>
  (await mayProfile(context, memberUid, offer.owner)) && isInSegment(context.em, memberUid, offer);
