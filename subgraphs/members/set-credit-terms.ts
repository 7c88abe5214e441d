import { now } from '../kernel/clock.js';
import { badInput } from '../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../kernel/idempotency.js';
import { rows } from '../kernel/sql.js';
import type { Context } from './context.js';
import { type CreditTermsFacts, wholeBasisPoints } from './credit-band.js';
import { CreditTerms } from './credit-record.entity.js';

export interface TermsOutcome extends CreditTermsFacts {
  readonly kind: 'set';
  readonly version: number;
  readonly at: Date;
}

/** A new version of what a band gives, from now on; terms that would put anybody below the base are refused. */
export function setCreditTerms({ em }: Context, key: WriteKey, terms: CreditTermsFacts): Promise<Once<TermsOutcome>> {
  const { trustedFromScore, multiplierBasisPoints, thresholdBasisPoints } = terms;
  if (trustedFromScore < 0 || trustedFromScore > 1_000_000)
    throw badInput('`trustedFromScore` is 0 to 1000000', { argument: 'trustedFromScore' });
  if (multiplierBasisPoints < wholeBasisPoints || multiplierBasisPoints > 10 * wholeBasisPoints)
    throw badInput('`multiplierBasisPoints` is 10000 to 100000: never below the base', { argument: 'multiplierBasisPoints' });
  if (thresholdBasisPoints < 1 || thresholdBasisPoints > wholeBasisPoints)
    throw badInput('`thresholdBasisPoints` is 1 to 10000: never above the base', { argument: 'thresholdBasisPoints' });
  return once<TermsOutcome>(em, key, terms, async (tx) => {
    const at = await now(tx);
    await rows(tx, 'lock table credit_terms in share row exclusive mode'); // two at once take two numbers
    const [before] = await tx.find(CreditTerms, {}, { orderBy: { version: 'desc' }, limit: 1 });
    const version = (before?.version ?? 0) + 1;
    const fresh = { version, trustedFromScore, multiplierBasisPoints, thresholdBasisPoints, at };
    tx.create(CreditTerms, fresh);
    await auditChange(tx, key, { before: before ? { ...before } : null, after: fresh });
    return { kind: 'set', ...fresh };
  });
}
