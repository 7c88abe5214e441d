import type { EntityManager } from '@mikro-orm/postgresql';
import { audit } from '../../kernel/idempotency.js';
import { decode, encode } from '../../kernel/json.js';
import { change, rows } from '../../kernel/sql.js';
import { moveSlots } from '../slots/slot-store.js';
import { releaseClaim } from '../drops/claims.js';
import { issueBought } from '../coupons/issue-coupon.js';
import { giveReceipt } from '../donations/receipts.js';
import { actionOf, after, type Failure, isEnded, type SagaEvent, type SagaState, type Step } from './saga.js';
import { settings } from '../settings.js';
import type { Leg } from '../quotes/split.js';

/** A redemption as its saga needs it. */
export interface SagaRow extends SagaState {
  readonly id: string;
  readonly holdId: string;
  readonly memberUid: string;
  readonly acceptorId: string;
  readonly deliveredBy: string;
  readonly paid: readonly Leg[];
  readonly priceFen: bigint;
  /** It costs less than was held, so the ledger is told how much. */
  readonly narrowed: boolean;
  readonly expiresAt: Date | null;
  /** The hold's term is over. */
  readonly termOver: boolean;
  /** The delivery has been asked for without an answer for too long. */
  readonly overdue: boolean;
}

interface Stored {
  id: string;
  hold_id: string;
  member_uid: string;
  acceptor_id: string;
  delivered_by: string;
  paid: string;
  price_fen: string;
  narrowed: boolean;
  expires_at: string | null;
  step: Step;
  waiting: boolean;
  timed: boolean;
  insisting: boolean;
  reason: string | null;
  term_over: boolean;
  overdue: boolean;
}

/** Reads one by id or by its hold, locked where it is to be changed. */
export async function readSaga(
  em: EntityManager,
  by: { readonly id: string } | { readonly hold: string },
  lock: 'lock' | 'look' = 'look',
): Promise<SagaRow | null> {
  const [column, value] = 'id' in by ? ['id', by.id] : ['hold_id', by.hold];
  const [row] = await rows<Stored>(
    em,
    `select id, hold_id, member_uid, acceptor_id, delivered_by, paid, price_fen, narrowed, expires_at, step, waiting, timed, insisting, reason,
       coalesce(expires_at <= clock(), false) as term_over, coalesce(deliver_by <= clock(), false) as overdue
     from redemption where ${column} = ?${lock === 'lock' ? ' for update' : ''}`,
    [value],
  );
  if (!row) return null;
  return {
    id: row.id,
    holdId: row.hold_id,
    memberUid: row.member_uid,
    acceptorId: row.acceptor_id,
    deliveredBy: row.delivered_by,
    paid: decode<readonly Leg[]>(row.paid),
    priceFen: BigInt(row.price_fen),
    narrowed: row.narrowed,
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    step: row.step,
    waiting: row.waiting,
    timed: row.timed,
    insisting: row.insisting,
    failure: row.reason === null ? null : decode<Failure>(row.reason),
    termOver: row.term_over,
    overdue: row.overdue,
  };
}

/**
 * Makes an event true, in the caller's transaction: the new state, and what the catalog itself owns of it. Starts from the state that was
 * read and from no other, so of two workers one is too late; it reads null.
 */
export async function apply(tx: EntityManager, row: SagaRow, event: SagaEvent): Promise<SagaState | null> {
  const next = after(row, event);
  if (!next) return null;
  const delivering = actionOf(next) === 'DELIVER' || actionOf(next) === 'PIN_HOLD';
  const changed = await change(
    tx,
    `update redemption set step = ?, waiting = ?, insisting = ?, reason = ?, attempts = 0,
       lease_until = case when lease_until is null then null else clock_timestamp() + make_interval(secs => ?) end,
       deliver_by = case when ? then coalesce(deliver_by, clock() + make_interval(secs => ?)) else deliver_by end
     where id = ? and step = ? and waiting = ? and insisting = ?`,
    [
      next.step,
      next.waiting,
      next.insisting,
      next.failure === null ? null : encode(next.failure),
      settings.leaseMs / 1_000,
      delivering,
      settings.deliveryPatienceMs / 1_000,
      row.id,
      row.step,
      row.waiting,
      row.insisting,
    ],
  );
  if (changed === 0) return null;
  if (event.kind === 'STOCK_RESERVED') await moveStock(tx, row.id, -1);
  if (next.step === 'COMPLETED') {
    await issueBought(tx, row.id);
    await giveReceipt(tx, row.id);
  }
  if (next.step === 'RELEASED') await undo(tx, row.id, next.failure);
  return next;
}

/** Takes stock off the shelves and places of slots, or puts them back; shelves in the order of their items, so that two sagas cannot wait for each other. */
async function moveStock(tx: EntityManager, id: string, direction: 1 | -1): Promise<void> {
  const wanted = await rows<{ item: string; pieces: string }>(
    tx,
    'select item_id as item, sum(quantity) as pieces from redemption_line where redemption_id = ? group by item_id order by item_id',
    [id],
  );
  for (const { item, pieces } of wanted)
    await change(tx, 'update shelf set remaining = remaining + ? where item = ? and remaining is not null', [
      direction * Number(pieces),
      item,
    ]);
  await moveSlots(tx, id, direction);
  await change(tx, 'update redemption set reserved = ? where id = ?', [direction === -1, id]);
}

/** The end of a redemption that failed: stock back, the quote free again, one line in the audit trail. */
async function undo(tx: EntityManager, id: string, failure: Failure | null): Promise<void> {
  const [row] = await rows<{ reserved: boolean; principal: string; key: string; operation: string }>(
    tx,
    'select reserved, principal, key, operation from redemption where id = ?',
    [id],
  );
  if (row?.reserved) await moveStock(tx, id, 1);
  await change(tx, 'update quote set used_by = null where used_by = ?', [id]);
  await releaseClaim(tx, id);
  if (row && failure?.code !== 'RELEASED') await audit(tx, row, { kind: 'refused', redemption: id, ...failure });
}

/** One worker at a time per redemption: true where this one may work on it now. Ended and waiting ones are nobody's. */
export async function takeLease(em: EntityManager, id: string): Promise<'taken' | 'busy' | 'settled'> {
  const taken = await change(
    em,
    `update redemption set lease_until = clock_timestamp() + make_interval(secs => ?)
     where id = ? and ${underWay} and (lease_until is null or lease_until <= clock_timestamp())`,
    [settings.leaseMs / 1_000, id],
  );
  if (taken === 1) return 'taken';
  const [open] = await rows(em, `select 1 as open from redemption where id = ? and ${underWay}`, [id]);
  return open ? 'busy' : 'settled';
}

/** The next redemption that nobody works on, if there is one, for the job that resumes them. */
export async function takeAny(em: EntityManager): Promise<string | null> {
  const [row] = await rows<{ id: string }>(
    em,
    `update redemption set lease_until = clock_timestamp() + make_interval(secs => ?)
     where id = (select id from redemption where ${underWay} and (lease_until is null or lease_until <= clock_timestamp())
       order by id limit 1 for update skip locked)
     returning id`,
    [settings.leaseMs / 1_000],
  );
  return row?.id ?? null;
}

const underWay = `step not in ('COMPLETED', 'RELEASED') and (not waiting or step <> 'RESERVED' or expires_at <= clock())`;

/** Gives the redemption free: at once, or after a pause that grows where attempt after attempt had no answer. */
export async function endLease(em: EntityManager, id: string, answered: boolean): Promise<void> {
  await change(
    em,
    answered
      ? 'update redemption set lease_until = null where id = ?'
      : `update redemption set attempts = attempts + 1,
           lease_until = clock_timestamp() + least(make_interval(secs => ?), make_interval(secs => power(2, least(attempts, 20)) / 4))
         where id = ?`,
    answered ? [id] : [settings.longestPauseMs / 1_000, id],
  );
}

export const ended = (state: SagaState): boolean => isEnded(state.step);
