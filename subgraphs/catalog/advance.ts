import { setTimeout as wait } from 'node:timers/promises';
import type { JobContext } from '../kernel/subgraph.js';
import { DomainError } from '../kernel/errors.js';
import { invariant } from '../kernel/invariant.js';
import { change, rows } from '../kernel/sql.js';
import { deliver, type DeliveryReceipt, withdrawDelivery } from './delivery-port.js';
import { captureHold, type EndHoldAnswer, pinHold, placeHold, releaseHold } from './ledger-port.js';
import { soldOutOf } from './quote.js';
import { type Action, actionOf, type SagaEvent } from './saga.js';
import { apply, endLease, readSaga, type SagaRow, takeLease } from './saga-row.js';
import { settings } from './settings.js';

export type SagaContext = Pick<JobContext, 'em' | 'peers' | 'faults' | 'log'>;

/** `settled`: ended, or waiting for a capture. `unknown`: somebody did not answer. `busy`: another worker is at it. */
export type Progress = 'settled' | 'unknown' | 'busy';

/** Carries a redemption on as far as it goes now, and joins another worker's run for a while instead of doubling it. */
export async function settle(context: SagaContext, id: string): Promise<void> {
  const giveUpAt = performance.now() + settings.joinMs;
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, 160)) {
    const lease = await takeLease(context.em, id);
    if (lease === 'settled') return;
    if (lease === 'taken') {
      await run(context, id);
      return;
    }
    if (performance.now() >= giveUpAt) return;
    await wait(pauseMs);
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
    const item = await soldOutOf(tx, wanted);
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

/** The remote actions. Every key is made of the redemption and the action, so that asking again is harmless. */
async function ask(context: SagaContext, row: SagaRow, action: Action): Promise<SagaEvent | 'unknown'> {
  const { peers } = context;
  switch (action) {
    case 'PLACE_HOLD': {
      const legs = row.paid.map(({ programme, points, owedFen }) => ({ programme, points, fen: owedFen }));
      const { id: redemption, holdId: hold, memberUid, acceptorId: acceptor, expiresAt } = row;
      const order = { hold, redemption, memberUid, acceptor, legs, expiresAt };
      const answer = await answerOf(context, row, action, () => placeHold(peers, order, `${row.id}:hold`));
      if (answer === 'unknown') return answer;
      if (answer instanceof DomainError) return { kind: 'HOLD_REFUSED', failure: { code: 'REFUSED', reason: answer.message } };
      switch (answer.__typename) {
        case 'HoldPlaced':
          return { kind: 'HOLD_PLACED' };
        case 'MemberFrozen':
          return { kind: 'HOLD_REFUSED', failure: { code: 'MEMBER_FROZEN' } };
        case 'SuspendedPartner':
          return { kind: 'HOLD_REFUSED', failure: { code: 'SUSPENDED_PARTNER' } };
        case 'PointsMissing':
          return { kind: 'HOLD_REFUSED', failure: missingOf(row, answer.programme, BigInt(answer.missing)) };
      }
    }
    case 'PIN_HOLD':
      return holdEvent(await answerOf(context, row, action, () => pinHold(peers, row.holdId, `${row.id}:pin`)), 'HOLD_PINNED', 'HOLD_GONE');
    case 'CAPTURE_HOLD':
      return holdEvent(
        await answerOf(context, row, action, () => captureHold(peers, row.holdId, `${row.id}:capture`)),
        'CAPTURED',
        'HOLD_GONE',
      );
    case 'RELEASE_HOLD':
      return holdEvent(
        await answerOf(context, row, action, () => releaseHold(peers, row.holdId, `${row.id}:release`)),
        'HOLD_RELEASED',
        'HOLD_RELEASED',
      );
    case 'WITHDRAW_DELIVERY': {
      const withdrawn = await answerOf(context, row, action, () => withdrawDelivery(peers, row.deliveredBy, row.id, `${row.id}:withdraw`));
      if (withdrawn === 'unknown' || withdrawn instanceof DomainError) return 'unknown';
      if (!withdrawn && row.failure?.code === 'HOLD_LOST') context.log.error({ redemption: row.id }, 'delivered, but the hold was lost');
      return { kind: withdrawn ? 'WITHDRAWN' : 'NOT_WITHDRAWN' };
    }
    case 'RESERVE_STOCK':
    case 'WAIT':
    case 'DELIVER':
    case 'NONE':
      throw new Error(`${action} asks nobody`);
  }
}

/** What the ledger's answer about a hold means; a refusal of the call itself is nobody's answer, and is tried again. */
function holdEvent(
  answer: EndHoldAnswer | DomainError | 'unknown',
  done: 'HOLD_PINNED' | 'CAPTURED' | 'HOLD_RELEASED',
  gone: 'HOLD_GONE' | 'HOLD_RELEASED',
): SagaEvent | 'unknown' {
  if (answer === 'unknown' || answer instanceof DomainError) return 'unknown';
  switch (answer.__typename) {
    case 'HoldPinned':
    case 'HoldCaptured':
    case 'HoldReleased':
      return { kind: done };
    case 'HoldEnded':
      return { kind: answer.state === 'CAPTURED' && done === 'CAPTURED' ? done : gone };
    case 'HoldExpired':
      return { kind: gone };
  }
}

/** The missing points of a leg, with the fen that they would have covered. */
function missingOf(row: SagaRow, programme: string, missing: bigint) {
  const leg = row.paid.find((candidate) => candidate.programme === programme);
  const missingFen = leg ? (missing * leg.fen + leg.points - 1n) / leg.points : 0n;
  return { code: 'INSUFFICIENT_POINTS', programme, missing, missingFen } as const;
}

/** Only a refusal in so many words is an answer. Silence and faults on the other side leave open whether the effect happened. */
const definite = new Set<unknown>(['BAD_INPUT', 'FORBIDDEN_OPERATION', 'FORBIDDEN_FIELD', 'PARTNER_SUSPENDED']);

async function answerOf<T>(
  context: SagaContext,
  row: SagaRow,
  action: Action,
  call: () => Promise<T>,
): Promise<T | DomainError | 'unknown'> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof DomainError && definite.has(error.extensions['code'])) return error;
    context.log.warn({ err: error, redemption: row.id, action }, 'no answer; the redemption is carried on later');
    return 'unknown';
  }
}
