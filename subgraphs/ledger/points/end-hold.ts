import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { Once, WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { isDistributed } from '../shards/layout.js';
import { list, queueOf, quoted } from './gather.js';
import type { HoldStep } from './holds.js';
import { answered, bodyHash, type Call, callOnce, poolOf } from './one-trip.js';
import { byProgramme, type Leg } from './take-request.js';
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

const one: Call = { name: 'end_hold', text: 'select end_hold($1, $2, $3, $4, $5, $6)' };
const group: Call = { name: 'end_holds', text: 'select end_holds($1, $2, $3, $4, $5, $6)' };

/** Arguments of the SQL function `end_hold`. */
interface End {
  /** Null: the hold tells. */
  readonly member: string | null;
  readonly principal: string;
  readonly key: string;
  readonly hash: string;
  readonly hold: string;
  readonly step: 'PIN' | 'CAPTURE' | 'RELEASE';
}

const queue = queueOf<End & { readonly member: string }>((pool) => ({
  memberOf: ({ member }) => member,
  one: (end) => alone(pool, end),
  group: async (ends) =>
    (
      await callOnce(pool, [
        group,
        [
          list(ends, (end) => end.member),
          list(ends, (end) => quoted(end.principal)),
          list(ends, (end) => quoted(end.key)),
          list(ends, (end) => `"\\\\x${end.hash}"`),
          list(ends, (end) => end.hold),
          list(ends, (end) => end.step),
        ],
      ])
    ).split('\n'),
}));

const alone = (pool: Pool, { member, principal, key, hash, hold, step }: End): Promise<string> =>
  callOnce(pool, [one, [member, principal, key, `\\x${hash}`, hold, step]]);

/** One step of a hold, in one round trip; `holds.ts` says when it may go on. */
const stepOf =
  <O>(step: End['step']) =>
  async ({ em }: Pick<Context, 'em'>, key: WriteKey, { hold, memberUid }: HoldRef): Promise<Once<O>> => {
    const pool = await poolOf(em);
    const member = memberUid ?? (await memberOf(em, hold));
    const end = { member, principal: key.principal, key: key.key, hash: bodyHash(em, key, { hold }), hold, step };
    const text = await (member === null ? alone(pool, end) : queue(pool).submit({ ...end, member }));
    return answered<O>(em, text, key, { hold });
  };

/** Null on one machine, where the hold tells within the call. On several all are asked; callers of the hot path name the member. */
async function memberOf(em: EntityManager, hold: string): Promise<string | null> {
  if (!isDistributed()) return null;
  const [found] = await rows<{ uid: string }>(em, 'select member_uid as uid from hold where id = ?', [hold]);
  return found?.uid ?? null;
}

/** Takes the time limit off a hold: what follows may last as long as a delivery does. */
export const pinHold = stepOf<PinOutcome>('PIN');
const captureWhole = stepOf<CaptureOutcome>('CAPTURE');
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
  const body = { hold: ref.hold, legs };
  const hash = `\\x${bodyHash(context.em, key, body)}`;
  const member = ref.memberUid ?? (await memberOf(context.em, ref.hold));
  const values = [member, key.principal, key.key, hash, ref.hold, ...legValues(byProgramme(legs))];
  return answered<CaptureOutcome>(context.em, await callOnce(pool, [part, values]), key, body);
}
/** Gives the points of a hold back to their lots. */
export const releaseHold = stepOf<ReleaseOutcome>('RELEASE');
