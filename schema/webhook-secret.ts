import type { PairwiseIds } from './pairwise-id.js';

const recipient = (partner: string): string => `webhook ${partner}`;

/** A signing secret as it is stored and goes between processes: only for this partner's webhooks, and never in the clear. */
export const sealSecret = (ids: PairwiseIds, partner: string, secret: string): string => ids.sealText(secret, recipient(partner));

/** The secret, or null where none of this graph's own secrets opens it. */
export const openSecret = (ids: PairwiseIds, partner: string, sealed: string): string | null => ids.openText(sealed, recipient(partner));
