import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../kernel/errors.js';
import type { WriteKey } from '../../kernel/idempotency.js';
import type { SubgraphContext } from '../../kernel/subgraph.js';
import type { PurchaseLine } from '../purchase-line.js';
import { type Recorded, report, type Reported, type ReportFacts } from '../report.js';
import type { ReportKind } from '../report-kind.js';
import { Engagement, type EngagementKind } from './engagement.entity.js';

export interface EngagementFacts extends Omit<ReportFacts, 'ref'> {
  readonly kind: EngagementKind;
  readonly proofRef: string;
}

export const engagementKind: ReportKind<Engagement> = {
  name: 'engagement',
  refArgument: 'proofRef',
  entity: Engagement,
  repeats: true,
  perMember: true,
  // The ledger knows baskets and engagements of a partner by one number each, so an engagement's says that it is one. No more than that:
  // partners and regulators read it, and it is sealed into the journal for good.
  purchaseRef: ({ eventId }) => `event/${eventId}`,
};

/** How retail knows an engagement of a member. */
export const engagementRef = (kind: EngagementKind, proofRef: string): string => `event/${kind}/${proofRef}`;

/** An engagement as the ledger accrues on it: no money, one event. A suggestion earns when it is adopted. */
export const engagementLines = (kind: EngagementKind): readonly PurchaseLine[] =>
  kind === 'SUGGESTION' ? [] : [{ sku: kind.toLowerCase().replaceAll('_', '-'), fen: 0n, cashFen: 0n, event: kind }];

/** Records an engagement once per kind, proof and member, and accrues on it. A suggestion must be known before it is adopted. */
export async function reportEngagement(
  context: Pick<SubgraphContext, 'em' | 'viewer' | 'ids' | 'peers' | 'faults' | 'log'>,
  key: WriteKey,
  { kind, proofRef, ...facts }: EngagementFacts,
): Promise<Reported<Engagement>> {
  if (proofRef.length === 0 || proofRef.length > 36) throw badInput('`proofRef` is 1 to 36 characters', { argument: 'proofRef' });
  if (kind === 'CHILD_BIRTHDAY') throw badInput('Birthdays are not reported; the gift is given on the day', { argument: 'kind' });
  if (kind === 'REFERRAL') throw badInput('Referrals are reported by referMember', { argument: 'kind' });
  const known = { ...facts, kind, proofRef, ref: engagementRef(kind, proofRef) };
  return report(context, engagementKind, key, known, async (tx, recorded) => {
    if (kind === 'ADOPTED_SUGGESTION' && !(await suggested(tx, recorded, proofRef))) return { kind: 'refused', code: 'PROOF_MISSING' };
    return { columns: { kind, proofRef, eventId: await eventIdOf(tx, recorded) }, lines: engagementLines(kind) };
  });
}

const suggested = async (tx: EntityManager, { partnerId, memberUid }: Recorded, proofRef: string): Promise<boolean> =>
  (await tx.findOne(Engagement, { partnerId, memberUid, ref: engagementRef('SUGGESTION', proofRef) })) !== null;

/** What was refused and is reported again is the same event to the ledger: were the first try accrued after all, it finds that one. */
const eventIdOf = async (tx: EntityManager, { id, partnerId, memberUid, ref }: Recorded): Promise<string> =>
  (await tx.findOne(Engagement, { partnerId, memberUid, ref, state: 'REFUSED' }))?.eventId ?? id;
