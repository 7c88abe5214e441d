import type { EntityManager } from '@mikro-orm/postgresql';
import type { Once, WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { isDistributed } from '../shards/layout.js';
import type { HoldStep } from './holds.js';
import { answered, bodyHash, type Call, callOnce, poolOf } from './one-trip.js';
import { byProgramme, type Leg } from './place-hold.js';
import { legValues } from './take-calls.js';

type Refused = Exclude<HoldStep, { kind: 'go' }>;

/** What a capture made one partner owe another. */
export interface CapturedObligation {
  readonly id: string;
  readonly debtor: string;
  readonly creditor: string;
  readonly fen: bigint;
  readonly feeFen: bigint;
}

export type PinOutcome = { readonly kind: 'pinned'; readonly hold: string } | Refused;
export type CaptureOutcome =
  | { readonly kind: 'captured'; readonly hold: string; readonly obligations: readonly CapturedObligation[] }
  | Refused;
export type ReleaseOutcome = { readonly kind: 'released'; readonly hold: string } | Refused;

/** A hold, with its member where the caller knows it: a ledger over several machines then asks one of them only. */
export interface HoldRef {
  readonly hold: string;
  readonly memberUid?: string | null | undefined;
}

const call: Call = { name: 'end_hold', text: 'select end_hold($1, $2, $3, $4, $5, $6)' };

/** One step of a hold, in one round trip; `holds.ts` says when it may go on. */
const step =
  <O>(name: 'PIN' | 'CAPTURE' | 'RELEASE') =>
  async ({ em }: Pick<Context, 'em'>, key: WriteKey, { hold, memberUid }: HoldRef): Promise<Once<O>> => {
    const pool = await poolOf(em);
    const member = memberUid ?? (isDistributed() ? await memberOf(em, hold) : null);
    const values = [member, key.principal, key.key, `\\x${bodyHash(key, { hold })}`, hold, name];
    return answered<O>(await callOnce(pool, [call, values]), key);
  };

/** Asks every machine; callers of the hot path name the member. */
async function memberOf(em: EntityManager, hold: string): Promise<string | null> {
  const [found] = await rows<{ uid: string }>(em, 'select member_uid as uid from hold where id = ?', [hold]);
  return found?.uid ?? null;
}

/** Takes the time limit off a hold: what follows may last as long as a delivery does. */
export const pinHold = step<PinOutcome>('PIN');
const captureWhole = step<CaptureOutcome>('CAPTURE');
const part: Call = { name: 'capture_part', text: 'select capture_part($1, $2, $3, $4, $5, $6, $7, $8)' };

/**
 * Burns the points of a hold and writes down who owes whom for them. With `legs` only as much as they name, and no more than the hold has
 * of each; the rest goes back to its lots.
 */
export async function captureHold(
  context: Pick<Context, 'em'>,
  key: WriteKey,
  ref: HoldRef,
  legs?: readonly Leg[] | null,
): Promise<Once<CaptureOutcome>> {
  if (legs === undefined || legs === null) return captureWhole(context, key, ref);
  const pool = await poolOf(context.em);
  const hash = `\\x${bodyHash(key, { hold: ref.hold, legs })}`;
  const values = [ref.memberUid ?? null, key.principal, key.key, hash, ref.hold, ...legValues(byProgramme(legs))];
  return answered<CaptureOutcome>(await callOnce(pool, [part, values]), key);
}
/** Gives the points of a hold back to their lots. */
export const releaseHold = step<ReleaseOutcome>('RELEASE');
