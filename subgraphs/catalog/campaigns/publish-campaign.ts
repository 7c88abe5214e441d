import type { EntityManager } from '@mikro-orm/postgresql';
import { mustActFor } from '../../kernel/acting-for.js';
import { now } from '../../kernel/clock.js';
import { badInput, DomainError } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { firstTime } from '../first-time.js';
import { accrualRules, programmeValues } from '../ledger-port.js';
import { priceHistories } from '../pricing/price-history.js';
import { Campaign, textsOf } from './campaign.entity.js';
import { itemNumbers, itemPrices } from './campaign-facts.js';
import { missingFrom } from './disclosure.js';
import { type Computed, type Mismatch, mismatchesOf } from './labels.js';
import { type Difference, parityProblems, type Variants } from './parity.js';
import { notInForce, type RuleTerm, termOf } from './rule-in-force.js';
import { ruleNumbers } from './rule-numbers.js';

export type PublishOutcome =
  | { readonly kind: 'published'; readonly version: number; readonly before: boolean }
  | { readonly kind: 'refused'; readonly code: 'SELF_APPROVAL' }
  | { readonly kind: 'refused'; readonly code: 'DISCLOSURE_MISSING'; readonly missing: readonly string[] }
  | { readonly kind: 'refused'; readonly code: 'LABEL_MISMATCH'; readonly mismatches: readonly Mismatch[] }
  | { readonly kind: 'refused'; readonly code: 'PARITY_VIOLATION'; readonly differences: readonly Difference[] };

/** Puts a campaign in force once somebody else than its author asks and nothing is wrong with it. */
export async function publishCampaign(context: Context, key: WriteKey, id: string, approver: string | null): Promise<Once<PublishOutcome>> {
  const { viewer, em } = context;
  if (viewer.kind !== 'staff') throw new DomainError('FORBIDDEN_OPERATION', 'Only staff write and publish campaigns');
  const latest = await latestOf(em, id);
  if (!latest) throw badInput('There is no such campaign', { argument: 'campaign' });
  mustActFor(viewer, 'campaign.publish', latest.ownerId);
  const asked = await firstTime(em, key, () => rulesOf(context, latest.body.rules));
  return once<PublishOutcome>(em, key, { campaign: id, approver }, async (tx) => {
    await rows(tx, `select pg_advisory_xact_lock(hashtext(?))`, [`campaign ${id}`]);
    const draft = await latestOf(tx, id);
    if (!draft) throw badInput('There is no such campaign', { argument: 'campaign' });
    if (draft.version !== latest.version) throw badInput('The campaign was changed just now; read it again', { argument: 'campaign' });
    if (draft.publishedAt !== null) return { kind: 'published', version: draft.version, before: true };
    if (draft.draftedBy === viewer.sub) return { kind: 'refused', code: 'SELF_APPROVAL' };
    const { body } = draft;
    const missing = missingFrom(body.disclosure);
    if (missing.length > 0) return { kind: 'refused', code: 'DISCLOSURE_MISSING', missing };
    const at = await now(tx);
    // What is over was claimed to nobody.
    const from = draft.startsAt < at ? at : draft.startsAt;
    // Prices are set under these locks, and held against what is published by then.
    await rows(tx, 'select 1 as locked from shelf where item = any(?::text[]) order by item for share', [body.items]);
    const histories = await priceHistories(tx, body.items);
    const rules = await asked();
    const idle = notInForce(rules.terms, draft.startsAt, draft.endsAt);
    if (idle.length > 0) return { kind: 'refused', code: 'LABEL_MISMATCH', mismatches: idle };
    const numbers = [...itemNumbers(histories, from, draft.endsAt), ...rules.numbers];
    const mismatches = mismatchesOf(body.claims, textsOf(body), numbers, itemPrices(histories, from, draft.endsAt));
    if (mismatches.length > 0) return { kind: 'refused', code: 'LABEL_MISMATCH', mismatches };
    const earlier = await publishedBefore(tx, draft);
    if (draft.startsAt <= at && earlier.some(({ startsAt, endsAt }) => startsAt <= at && at < endsAt))
      throw badInput('A running campaign changes by a version that begins later', { argument: 'startsAt' });
    const differences = narrowed(body.windows, earlier, at);
    if (differences.length > 0) return { kind: 'refused', code: 'PARITY_VIOLATION', differences };
    await rows(tx, 'update campaign set published_by = ?, published_at = ? where id = ? and version = ?', [
      viewer.sub,
      at,
      id,
      draft.version,
    ]);
    const after = { ...body, version: draft.version, startsAt: draft.startsAt, endsAt: draft.endsAt, draftedBy: draft.draftedBy, approver };
    const [before = null] = earlier;
    await auditChange(tx, key, { partner: draft.ownerId, before: before && { ...before.body, version: before.version }, after });
    return { kind: 'published', version: draft.version, before: false };
  });
}

const latestOf = async (em: EntityManager, id: string): Promise<Campaign | null> =>
  (await em.find(Campaign, { id }, { orderBy: { version: 'desc' }, limit: 1, disableIdentityMap: true }))[0] ?? null;

/**
 * What who pays points is worse off by: than who pays cash, or than any version promised whose time is not over, whatever was published
 * after it. A version that says nothing of the conditions takes none back.
 */
function narrowed(wish: Variants | null, earlier: readonly Campaign[], at: Date): readonly Difference[] {
  const promised = earlier.filter(({ endsAt }) => at < endsAt).map(({ body }) => body.windows);
  return [null, ...promised].map((before) => parityProblems(wish, before, at)).find((found) => found.length > 0) ?? [];
}

/** The versions that were published, the newest first. */
const publishedBefore = (em: EntityManager, { id, version }: Campaign): Promise<Campaign[]> =>
  em.find(
    Campaign,
    { id, version: { $lt: version }, publishedAt: { $ne: null } },
    { orderBy: { version: 'desc' }, disableIdentityMap: true },
  );

/** What the rules that a campaign promotes give, and when. */
async function rulesOf(context: Context, ids: readonly string[]): Promise<{ numbers: Computed[]; terms: RuleTerm[] }> {
  if (ids.length === 0) return { numbers: [], terms: [] };
  const rules = await accrualRules(context, ids);
  const unknown = ids.find((id) => !rules.has(id));
  if (unknown !== undefined) throw badInput('There is no such accrual rule', { argument: 'rules', rule: unknown });
  const facts = [...rules.values()];
  const values = await programmeValues(context, [...new Set(facts.map(({ programme }) => programme))]);
  return { numbers: ruleNumbers(facts, values), terms: facts.map(termOf) };
}
