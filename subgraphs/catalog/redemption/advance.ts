import { setTimeout as wait } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../kernel/errors.js';
import { invariant } from '../../kernel/invariant.js';
import { change, rows } from '../../kernel/sql.js';
import { answerOf, ask, type SagaContext } from './ask-peers.js';
import { fullSlotOf } from '../slots/slot-store.js';
import { soldOutOf } from '../quotes/cart.js';
import { deliver, type DeliveryReceipt } from './delivery-port.js';
import { type Action, actionOf, type SagaEvent } from './saga.js';
import { apply, endLease, readSaga, type SagaRow, takeLease } from './saga-row.js';
import { settings } from '../settings.js';

/** `settled`: ended, or waiting for a capture. `unknown`: somebody did not answer. */
type Progress = 'settled' | 'unknown';

/**
 * Carries a redemption on as far as it goes while a caller waits, or joins the worker that is at it already. A partner that takes longer
 * than a caller waits is waited for without the caller.
 */
export async function settle(context: SagaContext, id: string): Promise<void> {
  const giveUpAt = performance.now() + settings.joinMs;
  for (let pauseMs = 10; performance.now() < giveUpAt; pauseMs = Math.min(pauseMs * 2, 160)) {
    const lease = await takeLease(context.em, id);
    if (lease === 'settled') return;
    if (lease === 'taken') return atMost(giveUpAt, run({ ...context, em: context.em.fork() as EntityManager }, id), context);
    await wait(pauseMs);
  }
}

/** Waits for work until an instant of the process's own clock; work that goes on after it tells only the log. */
async function atMost(giveUpAt: number, work: Promise<unknown>, { log }: SagaContext): Promise<void> {
  const bell = new AbortController();
  let late = false;
  const timeUp = wait(giveUpAt - performance.now(), undefined, { signal: bell.signal }).then(() => {
    late = true;
  });
  const done = work.catch((error: unknown) => {
    if (!late) throw error;
    log.warn({ err: error }, 'a redemption stopped after its caller had gone; it is carried on later');
  });
  try {
    await Promise.race([done, timeUp]);
  } finally {
    bell.abort();
    timeUp.catch(() => {}); // Aborted because the work was faster.
  }
}

/** Carries on under a lease that the caller holds. */
export async function run(context: SagaContext, id: string): Promise<Progress> {
  let progress: Progress = 'unknown';
  try {
    progress = await steps(context, id);
    return progress;
  } finally {
    // After a crash nobody gets here, and the lease runs out by itself.
    await endLease(context.em, id, progress !== 'unknown');
  }
}

async function steps(context: SagaContext, id: string): Promise<Progress> {
  for (;;) {
    const row = await readSaga(context.em, { id });
    invariant(row, 'a leased redemption exists');
    const action = actionOf(row);
    if (action === 'NONE' || (action === 'WAIT' && !row.termOver)) return 'settled';
    const moved = await act(context, row, action);
    if (moved === 'unknown') return 'unknown';
    if (moved !== null) await context.faults.reach(`redeem.${moved}`);
  }
}

/** One action and what came of it, made true. Null: another worker was faster. */
async function act(context: SagaContext, row: SagaRow, action: Action): Promise<string | null> {
  if (action === 'RESERVE_STOCK') return reserve(context, row);
  if (action === 'WAIT') return store(context, row, { kind: 'TERM_OVER' });
  if (action === 'DELIVER') return handOver(context, row);
  const event = await ask(context, row, action);
  return event === 'unknown' ? 'unknown' : store(context, row, event);
}

function store({ em }: SagaContext, row: SagaRow, event: SagaEvent): Promise<string | null> {
  return em.transactional(async (tx) => (await apply(tx, row, event))?.step ?? null);
}

/** Stock is counted and taken in one transaction, under the locks of its shelves. */
function reserve({ em }: SagaContext, row: SagaRow): Promise<string | null> {
  return em.transactional(async (tx) => {
    const wanted = await rows<{ item: string; quantity: number }>(
      tx,
      'select item_id as item, quantity from redemption_line where redemption_id = ?',
      [row.id],
    );
    await rows(tx, 'select 1 as locked from shelf where item = any(?::text[]) order by item for update', [wanted.map(({ item }) => item)]);
    const item = (await soldOutOf(tx, wanted)) ?? (await fullSlotOf(tx, row.id));
    return (await apply(tx, row, item === undefined ? { kind: 'STOCK_RESERVED' } : { kind: 'SOLD_OUT', item }))?.step ?? null;
  });
}

async function handOver(context: SagaContext, row: SagaRow): Promise<string | null> {
  const lines = await rows<{ line: number; kind: string; amount: number; quantity: number; item: string }>(
    context.em,
    `select line, delivery_kind as kind, delivery_amount as amount, quantity, item_id as item from redemption_line
     where redemption_id = ? order by line`,
    [row.id],
  );
  const order = { redemption: row.id, memberUid: row.memberUid, partner: row.acceptorId, lines };
  const receipt = await answerOf(context, row, 'DELIVER', () => deliver(context.peers, row.deliveredBy, order, `${row.id}:deliver`));
  if (receipt === 'unknown') return row.overdue && !row.insisting ? store(context, row, { kind: 'DELIVERY_OVERDUE' }) : 'unknown';
  if (receipt instanceof DomainError) return store(context, row, { kind: 'DELIVERY_REFUSED', reason: receipt.message });
  if (!receipt.accepted) return store(context, row, { kind: 'DELIVERY_REFUSED', reason: receipt.reason ?? 'refused' });
  return context.em.transactional(async (tx) => {
    const next = await apply(tx, row, { kind: 'DELIVERED' });
    if (next) for (const line of receipt.lines) await keepReceipt(tx, row.id, line);
    return next?.step ?? null;
  });
}

const keepReceipt = (tx: SagaContext['em'], id: string, { line, reference, detail }: DeliveryReceipt['lines'][number]): Promise<number> =>
  change(
    tx,
    'update redemption_line set delivered = true, delivery_reference = ?, delivery_detail = ? where redemption_id = ? and line = ?',
    [reference, detail, id, line],
  );
