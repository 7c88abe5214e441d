import type { Viewer } from '../../schema/viewer.js';
import type { Peers } from '../kernel/peers.js';

/** Whether a member's credit band, as far as agreed with the partner, gives access to offers before others; without consent it never does. */
export async function mayComeEarly(
  { peers, viewer }: { readonly peers: Peers; readonly viewer: Viewer },
  memberUid: string,
  partner: string,
): Promise<boolean> {
  const { creditBand } = await peers.ask<{ creditBand: { band: string } }>(
    'members',
    'query ($memberUid: ID!, $recipient: ID!) { creditBand(memberUid: $memberUid, recipient: $recipient) { band } }',
    { memberUid, recipient: partner },
    viewer,
  );
  return creditBand.band === 'TRUSTED';
}

/** Whether the member agreed that the partner keeps a profile of what it likes. */
export async function mayProfile(
  { peers, viewer }: { readonly peers: Peers; readonly viewer: Viewer },
  memberUid: string,
  partner: string,
): Promise<boolean> {
  const { consentsFor } = await peers.ask<{ consentsFor: readonly { purposes: readonly { purpose: string }[] }[] }>(
    'members',
    'query ($memberUids: [ID!]!, $recipient: ID!) { consentsFor(memberUids: $memberUids, recipient: $recipient) { purposes { purpose } } }',
    { memberUids: [memberUid], recipient: partner },
    viewer,
  );
  return consentsFor.some(({ purposes }) => purposes.some(({ purpose }) => purpose === 'PREFERENCES'));
}
