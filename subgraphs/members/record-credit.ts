import { v7 as uuid } from 'uuid';
import { now } from '../kernel/clock.js';
import { badInput } from '../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../kernel/idempotency.js';
import type { Context } from './context.js';
import type { CreditBand } from './credit-band.js';
import { CreditRecord } from './credit-record.entity.js';

export interface CreditSaying {
  readonly memberUid: string | null;
  readonly score?: number | undefined;
  readonly band?: CreditBand | undefined;
  readonly source: string;
  readonly at?: Date | undefined;
  readonly recordedBy: string;
}

export type CreditOutcome = { readonly kind: 'recorded'; readonly at: Date } | { readonly kind: 'refused'; readonly code: 'NOT_ENROLLED' };

/** Keeps what the credit body says of a member; the latest by its own date counts. */
export function recordCredit({ em }: Context, key: WriteKey, saying: CreditSaying): Promise<Once<CreditOutcome>> {
  const { memberUid, score, band, source, recordedBy } = saying;
  if (score === undefined && band === undefined) throw badInput('Say the score or the band', { argument: 'score' });
  if (score !== undefined && (score < 0 || score > 1_000_000)) throw badInput('`score` is 0 to 1000000', { argument: 'score' });
  if (source.trim() === '' || source.length > 100) throw badInput('`source` is 1 to 100 characters', { argument: 'source' });
  return once<CreditOutcome>(em, key, saying, async (tx) => {
    if (memberUid === null) return { kind: 'refused', code: 'NOT_ENROLLED' };
    const recordedAt = await now(tx);
    const at = saying.at ?? recordedAt;
    if (at > recordedAt) throw badInput('`at` lies in the future', { argument: 'at' });
    const id = uuid();
    tx.create(CreditRecord, { id, memberUid, score: score ?? null, band: band ?? null, source, recordedBy, at, recordedAt });
    await auditChange(tx, key, { before: null, after: { record: id, source } }); // which record, never the score
    return { kind: 'recorded', at };
  });
}
