import { badInput } from '../../kernel/errors.js';
import type { WriteKey } from '../../kernel/idempotency.js';
import { memberUidOf } from '../../kernel/member-ref.js';
import type { SubgraphContext } from '../../kernel/subgraph.js';
import type { PurchaseLine } from '../purchase-line.js';
import { report, type Reported, type ReportFacts } from '../report.js';
import type { ReportKind } from '../report-kind.js';
import { Engagement, type EngagementKind } from './engagement.entity.js';

export interface EngagementFacts extends Omit<ReportFacts, 'ref'> {
  readonly kind: EngagementKind;
  readonly proofRef: string;
}

export const engagementKind: ReportKind<Engagement> = { name: 'engagement', refArgument: 'proofRef', entity: Engagement, repeats: true };

/** The ledger knows baskets and engagements of a partner by one number each, so an engagement's says that it is one. */
export const engagementRef = (kind: EngagementKind, proofRef: string, memberUid: string): string =>
  `event/${kind}/${proofRef}/${memberUid}`;

/** An engagement as the ledger accrues on it: no money, one event. A suggestion earns when it is adopted. */
export const engagementLines = (kind: EngagementKind): readonly PurchaseLine[] =>
  kind === 'SUGGESTION' ? [] : [{ sku: kind.toLowerCase().replaceAll('_', '-'), fen: 0n, cashFen: 0n, event: kind }];

export type EngagementOutcome = Reported<Engagement> | { readonly kind: 'refused'; readonly code: 'PROOF_MISSING' };

/** Records an engagement once per kind, proof and member, and accrues on it. A suggestion must be known before it is adopted. */
export async function reportEngagement(
  context: Pick<SubgraphContext, 'em' | 'viewer' | 'ids' | 'peers' | 'faults' | 'log'>,
  key: WriteKey,
  { kind, proofRef, ...facts }: EngagementFacts,
): Promise<EngagementOutcome> {
  if (proofRef.length === 0 || proofRef.length > 36) throw badInput('`proofRef` is 1 to 36 characters', { argument: 'proofRef' });
  if (kind === 'CHILD_BIRTHDAY') throw badInput('Birthdays are not reported; the gift is given on the day', { argument: 'kind' });
  if (kind === 'REFERRAL') throw badInput('Referrals are reported by referMember', { argument: 'kind' });
  const memberUid = await memberUidOf(context, facts.memberRef);
  if (kind === 'ADOPTED_SUGGESTION' && memberUid !== null) {
    const made = await context.em
      .fork()
      .findOne(Engagement, { partnerId: facts.partner, ref: engagementRef('SUGGESTION', proofRef, memberUid) });
    if (!made) return { kind: 'refused', code: 'PROOF_MISSING' };
  }
  const known = { ...facts, kind, proofRef, ref: engagementRef(kind, proofRef, memberUid ?? 'nobody') };
  return report(context, engagementKind, key, known, () => ({ columns: { kind, proofRef }, lines: engagementLines(kind) }));
}
