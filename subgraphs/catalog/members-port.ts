import type { Viewer } from '../../schema/viewer.js';
import { consentBatch } from '../kernel/consents.js';
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

/** Of the members those who had agreed at the instant that the partner learns what its members like, and those who still do. */
export async function insightConsents(
  { peers, viewer }: { readonly peers: Peers; readonly viewer: Viewer },
  memberUids: readonly string[],
  partner: string,
  at: Date,
): Promise<{ readonly agreed: ReadonlySet<string>; readonly still: ReadonlySet<string> }> {
  const found = { agreed: new Set<string>(), still: new Set<string>() };
  for (let from = 0; from < memberUids.length; from += consentBatch) {
    const answer = await peers.ask<Record<keyof typeof found, readonly { member: string; purposes: readonly { purpose: string }[] }[]>>(
      'members',
      `query ($memberUids: [ID!]!, $recipient: ID!, $at: DateTime) {
        agreed: consentsFor(memberUids: $memberUids, recipient: $recipient, at: $at) { member purposes { purpose } }
        still: consentsFor(memberUids: $memberUids, recipient: $recipient) { member purposes { purpose } } }`,
      { memberUids: memberUids.slice(from, from + consentBatch), recipient: partner, at: at.toISOString() },
      viewer,
    );
    for (const when of ['agreed', 'still'] as const)
      for (const { member, purposes } of answer[when])
        if (purposes.some(({ purpose }) => purpose === 'INSIGHT' || purpose === 'PREFERENCES')) found[when].add(member);
  }
  return found;
}
