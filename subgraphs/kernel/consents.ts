import DataLoader from 'dataloader';
import type { FieldClass } from '../../schema/access.js';
import type { Viewer } from '../../schema/viewer.js';
import type { Peers } from './peers.js';

/** What one member agreed to towards one recipient, as it stands at this read. */
export interface Consented {
  /** Classes of fields that the recipient may read. */
  readonly open: readonly FieldClass[];
  /** Classes that a guardian's separate consent opens, of a child's data only. */
  readonly guardian: readonly FieldClass[];
  /** By purpose, for work that is bound to one, such as credit benefits. */
  readonly purposes: readonly { readonly purpose: string; readonly classes: readonly FieldClass[] }[];
}

/** Consents of the viewer's partner by member uid; lives as long as one request, so a withdrawal holds from the next one. */
export type ConsentsOf = DataLoader<string, Consented>;

/** Where consents come from: the members subgraph reads its own table, every other asks it. At most `batch` members at once. */
export type ConsentSource = (memberUids: readonly string[], recipient: string) => Promise<ReadonlyMap<string, Consented>>;

/** The largest number of members that one `consentsFor` answers. */
export const consentBatch = 200;
const none: Consented = { open: [], guardian: [], purposes: [] };

/** A viewer that is no partner's is no recipient of consents: nothing is asked and nothing is open. */
export function consentsOf({ partner }: Viewer, source: ConsentSource): ConsentsOf {
  return new DataLoader<string, Consented>(
    async (uids) => {
      const found = partner === undefined ? new Map<string, Consented>() : await source(uids, partner);
      return uids.map((uid) => found.get(uid) ?? none);
    },
    { maxBatchSize: consentBatch },
  );
}

/** The members subgraph, asked in the viewer's name. */
export const consentsFromMembers =
  (peers: Peers, viewer: Viewer): ConsentSource =>
  async (memberUids, recipient) => {
    const { consentsFor } = await peers.ask<{ consentsFor: (Consented & { member: string })[] }>(
      'members',
      'query ($memberUids: [ID!]!, $recipient: ID!) { consentsFor(memberUids: $memberUids, recipient: $recipient) { member open guardian purposes { purpose classes } } }',
      { memberUids, recipient },
      viewer,
    );
    return new Map(consentsFor.map((consent) => [consent.member, consent]));
  };
