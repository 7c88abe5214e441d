import { badInput } from '../../kernel/errors.js';
import type { Context } from '../context.js';
import type { CartLine } from '../quotes/split.js';
import { isEntitled } from './entitled.js';
import { openOffers } from './offer-store.js';

/**
 * Lines with the share that their offers let points pay. An offer that is not this member's is as unknown as one that never was; where a
 * quote is made anew, one that no longer holds is left out.
 */
export const withOffers = (
  context: Context,
  memberUid: string,
  acceptor: string,
  cart: readonly CartLine[],
  how: 'strictly' | 'if they hold',
): Promise<CartLine[]> =>
  Promise.all(
    cart.map(async (line) => {
      if (!line.offer) return line;
      const [offer] = await openOffers(context.em, { id: line.offer });
      if (offer?.owner === acceptor && offer.item === line.item && (await isEntitled(context, memberUid, offer)))
        return Object.assign({}, line, { maxShareBasisPoints: Math.max(line.maxShareBasisPoints, offer.shareBasisPoints) });
      if (how === 'strictly') throw badInput('There is no such offer for this member', { argument: 'cart.offer', item: line.item });
      return Object.assign({}, line, { offer: null });
    }),
  );
