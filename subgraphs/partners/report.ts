import { createHash } from 'node:crypto';
import type { EntityManager, RequiredEntityData } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { now } from '../kernel/clock.js';
import { badInput, DomainError } from '../kernel/errors.js';
import { once, type WriteKey } from '../kernel/idempotency.js';
import { canonical } from '../kernel/json.js';
import { memberUidOf } from '../kernel/member-ref.js';
import { rows } from '../kernel/sql.js';
import type { SubgraphContext } from '../kernel/subgraph.js';
import { complete } from './complete-report.js';
import { onTheWire, type PurchaseLine } from './purchase-line.js';
import type { ReportKind } from './report-kind.js';
import type { Report } from './report.entity.js';

/** What every report says; the trade adds its own facts, all of which count for "the same body". */
export interface ReportFacts {
  readonly partner: string;
  readonly memberRef: string;
  readonly ref: string;
  readonly at?: Date | undefined;
}

/** What a report is about once its member is known. */
export type Recorded = Pick<Report, 'id' | 'partnerId' | 'ref' | 'memberUid' | 'at'>;

/** The trade's own columns, and the lines to accrue on; no lines where nothing accrues. */
export interface Sale<R extends Report> {
  readonly columns: Omit<RequiredEntityData<R>, keyof Report>;
  readonly lines: readonly PurchaseLine[];
}

/** The trade itself says no. */
export interface SaleRefused {
  readonly kind: 'refused';
  readonly code: string;
}

type Sell<R extends Report> = (tx: EntityManager, recorded: Recorded) => Promise<Sale<R> | SaleRefused> | Sale<R> | SaleRefused;

export type Reported<R> = { readonly kind: 'reported'; readonly record: R; readonly replayed: boolean } | SaleRefused;

type Context = Pick<SubgraphContext, 'em' | 'viewer' | 'ids' | 'peers' | 'faults' | 'log'>;
type Intent = { readonly kind: 'recorded'; readonly id: string; readonly earlier: boolean } | SaleRefused;

/**
 * Records a purchase once and accrues it once. The ledger is another process, so there are two transactions with its call between:
 * the first keeps the record and what the ledger will be asked; the second keeps its answer. After a crash the same request, or the job
 * `finish-reports`, goes on from the record under the same key. `Unavailable` passes through; the record then waits for either.
 */
export async function report<R extends Report, F extends ReportFacts>(
  context: Context,
  kind: ReportKind<R>,
  key: WriteKey,
  facts: F,
  sell: Sell<R>,
): Promise<Reported<R>> {
  if (facts.ref.length === 0 || facts.ref.length > 100)
    throw badInput(`\`${kind.refArgument}\` is 1 to 100 characters`, { argument: kind.refArgument });
  const memberUid = await memberUidOf(context, facts.memberRef);
  const { outcome, replayed } = await once<Intent>(context.em, key, facts, async (tx) => {
    if (memberUid === null) return { kind: 'refused', code: 'NOT_ENROLLED' };
    return recordOnce(tx, kind, facts, memberUid, sell);
  });
  if (outcome.kind === 'refused') return outcome;
  await context.faults.reach(`${kind.name}.recorded`);
  const record = await complete(context, kind, outcome.id);
  return record.state === 'REFUSED'
    ? { kind: 'refused', code: record.refusal ?? '' }
    : { kind: 'reported', record, replayed: replayed || outcome.earlier };
}

/** The record of this reference, or the one that was kept before under another key; another body is a conflict. */
async function recordOnce<R extends Report, F extends ReportFacts>(
  tx: EntityManager,
  kind: ReportKind<R>,
  { memberRef: _ref, ...facts }: F,
  memberUid: string,
  sell: Sell<R>,
): Promise<Intent> {
  const { partner, ref } = facts;
  // The same member may be named in several ways; who it is counts, not how it was named.
  const fingerprint = createHash('sha256')
    .update(canonical({ ...facts, memberUid, ...(kind.repeats ? { at: undefined } : {}) }))
    .digest('hex');
  const whose = kind.perMember ? { memberUid } : {};
  // A second report of the same purchase under another key waits here, then finds the first.
  await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(?, 0))', [[kind.name, partner, ref, ...Object.values(whose)].join('/')]);
  const earlier = (await tx.findOne(kind.entity, { partnerId: partner, ref, ...whose, state: { $ne: 'REFUSED' } } as never)) as R | null;
  if (earlier && earlier.fingerprint !== fingerprint) throw new DomainError('IDEMPOTENCY_CONFLICT', undefined, { ref });
  if (earlier) return { kind: 'recorded', id: earlier.id, earlier: true };
  const recorded: Recorded = { id: uuid(), partnerId: partner, ref, memberUid, at: facts.at ?? (await now(tx)) };
  const sale = await sell(tx, recorded);
  if ('kind' in sale) return sale;
  const { columns, lines } = sale;
  const accrues = lines.length > 0;
  tx.create(kind.entity, {
    ...recorded,
    ...columns,
    fingerprint,
    intent: accrues ? onTheWire(lines) : null,
    state: accrues ? 'RECORDED' : 'COMPLETED',
    refusal: null,
    accrualId: null,
  } as never);
  return { kind: 'recorded', id: recorded.id, earlier: false };
}
