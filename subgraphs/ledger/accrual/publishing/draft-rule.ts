import type { RequiredEntityData } from '@mikro-orm/core';
import { v7 as uuid } from 'uuid';
import { now } from '../../../kernel/clock.js';
import { badInput } from '../../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../../kernel/idempotency.js';
import { rows } from '../../../kernel/sql.js';
import type { Context } from '../../context.js';
import { Partner } from '../../partners/partner.entity.js';
import { Programme } from '../../partners/programme.entity.js';
import { openingCap } from './gate-settings.js';
import { AccrualRule } from '../rule.entity.js';
import { type DraftTerms, lint, type Problem } from './rule-lint.js';

export interface RuleDraft extends DraftTerms {
  readonly programme: string;
  readonly name: string;
  readonly basis: 'GROSS' | 'NET';
  readonly category?: string | null;
  readonly cardProduct?: string | null;
  readonly tier?: string | null;
  readonly claim?: string | null;
  readonly legalReferences?: readonly string[] | null;
}

export type DraftOutcome =
  | { readonly kind: 'drafted'; readonly rule: string }
  | { readonly kind: 'refused'; readonly code: 'LINT_FAILED'; readonly problems: readonly Problem[] };

/** Writes a new version of a rule; nothing earns by it until somebody else publishes it. */
export function draftRule({ em, viewer }: Pick<Context, 'em' | 'viewer'>, key: WriteKey, draft: RuleDraft): Promise<Once<DraftOutcome>> {
  if (draft.name.length === 0 || draft.name.length > 100) throw badInput('`name` is 1 to 100 characters', { argument: 'name' });
  if ((draft.claim?.length ?? 0) > 500) throw badInput('`claim` is at most 500 characters', { argument: 'claim' });
  const references = draft.legalReferences ?? [];
  if (references.length > 20 || references.some((text) => text.trim().length === 0 || text.length > 500))
    throw badInput('`legalReferences` are at most 20 of 1 to 500 characters', { argument: 'legalReferences' });
  return once<DraftOutcome>(em, key, draft, async (tx) => {
    const programme = await tx.findOne(Programme, { id: draft.programme });
    if (!programme) throw badInput('There is no such programme', { argument: 'programme' });
    const issuer = await tx.findOneOrFail(Partner, { id: programme.issuerId });
    const problems = lint(draft, issuer.trade, await openingCap(tx));
    if (problems.length > 0) return { kind: 'refused', code: 'LINT_FAILED', problems };
    // The programme's row is the lock that gives two drafts of one name different versions.
    await rows(tx, 'select 1 from programme where id = ? for no key update', [programme.id]);
    const [newest] = await rows<{ version: number | null }>(
      tx,
      'select max(version) as version from accrual_rule where programme = ? and name = ?',
      [programme.id, draft.name],
    );
    const id = uuid();
    await tx.insert(AccrualRule, {
      ...columnsOf(draft),
      id,
      programmeId: programme.id,
      version: (newest?.version ?? 0) + 1,
      draftedBy: viewer.sub,
      draftedAt: await now(tx),
      publishedBy: null,
      publishedAt: null,
    });
    const after = { rule: id, version: (newest?.version ?? 0) + 1, state: 'DRAFT', ...draft };
    await auditChange(tx, key, { partner: issuer.id, before: null, after });
    return { kind: 'drafted', rule: id };
  });
}

type Terms = Omit<
  RequiredEntityData<AccrualRule>,
  'id' | 'programmeId' | 'version' | 'draftedBy' | 'draftedAt' | 'publishedBy' | 'publishedAt'
>;

/** The draft's terms as the columns of a rule. */
const columnsOf = ({ pending, ...draft }: Omit<RuleDraft, 'programme'>): Terms => ({
  name: draft.name,
  kind: draft.kind,
  ratePoints: draft.rate?.points ?? null,
  rateFen: draft.rate?.fen ?? null,
  bonusBasisPoints: draft.bonusBasisPoints ?? null,
  eventPoints: draft.eventPoints ?? null,
  transactionCapPoints: draft.transactionCapPoints ?? null,
  dailyCapPoints: draft.dailyCapPoints ?? null,
  monthlyCapPoints: draft.monthlyCapPoints ?? null,
  yearlyCapPoints: draft.yearlyCapPoints ?? null,
  balanceCapPoints: draft.balanceCapPoints ?? null,
  basis: draft.basis,
  category: draft.category ?? null,
  certificate: draft.certificate ?? null,
  certificateRegistered: draft.certificateRegistered ?? false,
  cardProduct: draft.cardProduct ?? null,
  event: draft.event ?? null,
  tier: draft.tier ?? null,
  creditFactor: draft.creditFactor ?? false,
  pendingDays: pending?.days ?? null,
  pendingUntil: pending?.until ?? null,
  pendingEvent: pending?.event ?? null,
  pendingLapseDays: pending?.lapseDays ?? null,
  claim: draft.claim ?? null,
  legalReferences: (draft.legalReferences ?? []).map(forCounsel),
  validFrom: draft.validFrom ?? null,
  validUntil: draft.validUntil ?? null,
});

/** A reference to the law is a text that counsel looks at, and says so. */
const forCounsel = (reference: string): string => (reference.includes('†') ? reference : `${reference.trim()} †`);
