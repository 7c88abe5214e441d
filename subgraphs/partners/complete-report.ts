import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { randomUUID } from 'node:crypto';
import { serviceViewer } from '../../schema/viewer.js';
import { DomainError } from '../kernel/errors.js';
import { invariant } from '../kernel/invariant.js';
import type { JobContext, SubgraphContext } from '../kernel/subgraph.js';
import type { Report } from './report.entity.js';
import type { ReportKind } from './report-kind.js';

type Context = Pick<JobContext, 'em' | 'peers' | 'faults'> & Partial<Pick<SubgraphContext, 'viewer'>>;
type Verdict = { readonly kind: 'accrued'; readonly accrual: string } | { readonly kind: 'refused'; readonly code: string };

/** The ledger is asked in the trade's own name, whoever started it: keys are per principal, and a job must meet the key of the request. */
const ledgerCaller = 'reports';

const accrueFor = `mutation ($partner: ID!, $memberUid: ID!, $lines: [PurchaseLineInput!]!, $purchaseRef: String!, $at: DateTime!) {
  accrueFor(input: { partner: $partner, memberUid: $memberUid, lines: $lines, purchaseRef: $purchaseRef, at: $at }) {
    __typename ... on Accrued { accrual { id } } ... on Refusal { code }
  }
}`;

/** Brings a record to its end: asks the ledger under the record's own key and keeps the answer. A finished record is only read. */
export async function complete<R extends Report>(context: Context, kind: ReportKind<R>, id: string): Promise<R> {
  const record = await read(context.em, kind, id);
  if (record.state !== 'RECORDED') return refuseAgain(record);
  let error: unknown;
  const verdict = await ask(context, kind, record).catch((cause: unknown): Verdict => {
    if (!isFinal(cause)) throw cause;
    error = cause;
    return { kind: 'refused', code: String(cause.extensions['code']) };
  });
  await context.faults.reach(`${kind.name}.answered`);
  await context.em.fork().transactional((tx) => keep(tx, kind, id, verdict));
  if (error !== undefined) throw error;
  return read(context.em, kind, id);
}

const read = async <R extends Report>(em: EntityManager, kind: ReportKind<R>, id: string): Promise<R> => {
  const record = (await em.fork().findOne(kind.entity, { id } as never)) as R | null;
  invariant(record, `${kind.name} ${id} was recorded and is gone`);
  return record;
};

async function ask<R extends Report>({ peers, viewer }: Context, kind: ReportKind<R>, record: R): Promise<Verdict> {
  invariant(record.intent !== null, `${kind.name} ${record.id} has nothing to accrue`);
  const lines: unknown = JSON.parse(record.intent);
  const purchaseRef = kind.purchaseRef?.(record) ?? record.ref;
  const { accrueFor: answer } = await peers.ask<{ accrueFor: { accrual?: { id: string }; code?: string } }>(
    'ledger',
    accrueFor,
    { partner: record.partnerId, memberUid: record.memberUid, lines, purchaseRef, at: record.at.toISOString() },
    serviceViewer(ledgerCaller, viewer?.traceId ?? randomUUID()),
    `${kind.name}:${record.id}`,
  );
  if (answer.accrual) return { kind: 'accrued', accrual: answer.accrual.id };
  invariant(answer.code, 'the ledger neither accrued nor refused');
  return { kind: 'refused', code: answer.code };
}

async function keep<R extends Report>(tx: EntityManager, kind: ReportKind<R>, id: string, verdict: Verdict): Promise<void> {
  const record = (await tx.findOneOrFail(kind.entity, { id } as never, { lockMode: LockMode.PESSIMISTIC_WRITE })) as R;
  if (record.state !== 'RECORDED') return; // Somebody else asked under the same key and was given the same answer.
  if (verdict.kind === 'accrued') {
    record.state = 'COMPLETED';
    record.accrualId = verdict.accrual;
  } else {
    record.state = 'REFUSED';
    record.refusal = verdict.code;
    await kind.undo?.(tx, record);
  }
}

/** Errors by which the ledger says no for good. Any other one may pass, and the record waits for the next try. */
const finalCodes: ReadonlySet<unknown> = new Set(['BAD_INPUT', 'PARTNER_SUSPENDED', 'IDEMPOTENCY_CONFLICT']);
/** A conflict of the key, and not of the purchase, does not say that nothing was accrued under it. */
const isFinal = (cause: unknown): cause is DomainError =>
  cause instanceof DomainError && finalCodes.has(cause.extensions['code']) && cause.extensions['key'] === undefined;

function refuseAgain<R extends Report>(record: R): R {
  if (record.state === 'REFUSED' && finalCodes.has(record.refusal)) throw new DomainError(record.refusal as 'BAD_INPUT');
  return record;
}
