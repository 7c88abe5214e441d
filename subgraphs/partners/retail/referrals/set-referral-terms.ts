import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../../kernel/idempotency.js';
import { rows } from '../../../kernel/sql.js';
import type { SubgraphContext } from '../../../kernel/subgraph.js';
import { chosenTerms, type ReferralTerms } from './referral.js';

/** The terms that hold at a partner now; the chosen ones where it set none. */
export async function termsOf(em: EntityManager, partner: string): Promise<ReferralTerms & { readonly version: number }> {
  const [row] = await rows<{ minimum: string; within: number; wait: number; version: number }>(
    em,
    `select minimum_fen::text as minimum, within_days as within, wait_days as wait, version from referral_terms where partner = ?
     order by version desc limit 1`,
    [partner],
  );
  return row
    ? { minimumFen: BigInt(row.minimum), withinDays: row.within, waitDays: row.wait, version: row.version }
    : { ...chosenTerms, version: 0 };
}

export type TermsOutcome = { readonly kind: 'set' } | { readonly kind: 'refused'; readonly code: 'MULTI_LEVEL_REFUSED' };

/** New terms for referrals made from now on. A second level would pay for recruiting and not for buying, and is refused, to admins too. */
export function setReferralTerms(
  { em }: Pick<SubgraphContext, 'em'>,
  key: WriteKey,
  { partner, levels, ...terms }: ReferralTerms & { readonly partner: string; readonly levels: number },
): Promise<Once<TermsOutcome>> {
  const { minimumFen, withinDays, waitDays } = terms;
  if (levels < 1 || levels > 100) throw badInput('`levels` is 1', { argument: 'levels' });
  if (minimumFen < 1n) throw badInput('`minimumFen` is at least 1: a reward follows a purchase', { argument: 'minimumFen' });
  if (withinDays < 1 || withinDays > 366) throw badInput('`withinDays` is 1 to 366', { argument: 'withinDays' });
  if (waitDays < 0 || waitDays > 366) throw badInput('`waitDays` is 0 to 366', { argument: 'waitDays' });
  return once<TermsOutcome>(em, key, { partner, levels, ...terms }, async (tx) => {
    if (levels > 1) return { kind: 'refused', code: 'MULTI_LEVEL_REFUSED' };
    await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(?, 0))', [`referral-terms/${partner}`]);
    const { version, ...before } = await termsOf(tx, partner);
    await rows(
      tx,
      'insert into referral_terms (partner, version, minimum_fen, within_days, wait_days, at) values (?, ?, ?, ?, ?, clock())',
      [partner, version + 1, minimumFen, withinDays, waitDays],
    );
    await auditChange(tx, key, { partner, before, after: terms });
    return { kind: 'set' };
  });
}
