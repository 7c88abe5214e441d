import type { EntityManager } from '@mikro-orm/postgresql';
import { validate } from 'uuid';
import { badInput, DomainError } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change } from '../../kernel/sql.js';
import { type Context, visibleTo } from '../context.js';
import { narrow } from './narrow.js';
import { ran } from './redeem.js';
import { failureOf, isEnded } from './saga.js';
import { apply, readSaga, type SagaRow } from './saga-row.js';

type CaptureOutcome =
  | { readonly kind: 'started'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: 'ALREADY_CAPTURED' | 'HOLD_EXPIRED'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: 'DELIVERY_FAILED'; readonly id: string; readonly reason: string }
  | { readonly kind: 'refused'; readonly code: 'MORE_THAN_HELD'; readonly heldFen: bigint };
export type Captured = Exclude<CaptureOutcome, { kind: 'started' }> | { readonly kind: 'run'; readonly row: SagaRow };

/**
 * Delivers what is held and burns its points; of the price only `fen`, where the shop charges less than it held. A hold whose term is over,
 * or that was released, is not captured. What it costs is the shop's to say: a member captures all of it.
 */
export async function capture(context: Context, key: WriteKey, holdId: string, fen: bigint | null = null): Promise<Once<Captured>> {
  if (fen !== null && fen < 1n) throw badInput('A capture is of at least 1 fen; what is not wanted is released', { argument: 'fen' });
  if (fen !== null && context.viewer.kind === 'member')
    throw new DomainError('FORBIDDEN_OPERATION', 'Only the shop charges less than it held', { argument: 'fen' });
  const { outcome, replayed } = await once<CaptureOutcome>(context.em, key, { holdId, fen }, async (tx) => {
    const row = await heldRow(context, tx, holdId);
    if (row.step === 'RESERVED' && row.waiting) {
      if (row.termOver) return { kind: 'refused', code: 'HOLD_EXPIRED', id: row.id };
      if (fen !== null && fen > row.priceFen) return { kind: 'refused', code: 'MORE_THAN_HELD', heldFen: row.priceFen };
      if (fen !== null && fen < row.priceFen) await narrow(tx, row.id, fen);
      await apply(tx, row, { kind: 'CAPTURE_ASKED' });
      // From here on the redemption is asked for, which is its date.
      await change(tx, 'update redemption set at = clock() where id = ?', [row.id]);
      return { kind: 'started', id: row.id };
    }
    const failure = failureOf(row);
    if (failure?.code === 'DELIVERY_FAILED') return { kind: 'refused', code: 'DELIVERY_FAILED', id: row.id, reason: failure.reason };
    return { kind: 'refused', code: failure ? 'HOLD_EXPIRED' : 'ALREADY_CAPTURED', id: row.id };
  });
  return outcome.kind === 'refused' ? { outcome, replayed } : { outcome: { kind: 'run', row: await ran(context, outcome.id) }, replayed };
}

export type ReleaseOutcome =
  | { readonly kind: 'released'; readonly id: string; readonly released: boolean }
  | { readonly kind: 'refused'; readonly code: 'ALREADY_CAPTURED'; readonly id: string };

/** Gives held points and pieces back. A hold that ended by itself before was not released by this call. */
export async function release(context: Context, key: WriteKey, holdId: string): Promise<Once<ReleaseOutcome>> {
  const answer = await once<ReleaseOutcome>(context.em, key, { holdId }, async (tx) => {
    const row = await heldRow(context, tx, holdId);
    if (row.step === 'RESERVED' && row.waiting) {
      await apply(tx, row, { kind: row.termOver ? 'TERM_OVER' : 'RELEASE_ASKED' });
      return { kind: 'released', id: row.id, released: !row.termOver };
    }
    const failure = failureOf(row);
    if (failure) return { kind: 'released', id: row.id, released: failure.code === 'RELEASED' };
    return { kind: 'refused', code: 'ALREADY_CAPTURED', id: row.id };
  });
  if (answer.outcome.kind === 'released') await ran(context, answer.outcome.id);
  return answer;
}

/** The hold's redemption, locked; somebody else's hold, and one that was never placed, is as unknown as one that never was. */
async function heldRow({ viewer }: Context, tx: EntityManager, holdId: string): Promise<SagaRow> {
  const row = validate(holdId) ? await readSaga(tx, { hold: holdId }, 'lock') : null;
  const { memberUid, acceptorId } = visibleTo(viewer);
  const mine =
    row && (memberUid === undefined || memberUid === row.memberUid) && (acceptorId === undefined || acceptorId === row.acceptorId);
  const placed = row && (isEnded(row.step) || !['QUOTED', 'HELD'].includes(row.step));
  if (!row || !row.timed || !mine || !placed) throw badInput('There is no such hold', { argument: 'holdId' });
  return row;
}
