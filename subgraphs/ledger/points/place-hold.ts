import type { Pool } from 'pg';
import type { Once, WriteKey } from '../../kernel/idempotency.js';
import { encode } from '../../kernel/json.js';
import { rational, timesDown } from '../../kernel/rational.js';
import { stopped, stopsOf } from '../clearing/credit/stops.js';
import type { Context } from '../context.js';
import { Programme, valueOf } from '../partners/programme.entity.js';
import type { CaptureOutcome } from './end-hold.js';
import { queueOf } from './gather.js';
import { burnLimitsOf } from './limits/read-limits.js';
import { takeWithinLimits } from './limits/take-within-limits.js';
import { answered, bodyHash, type Call, callOnce, poolOf } from './one-trip.js';
import { firstCall, fullCall, groupCall, type Take } from './take-calls.js';
import { type BurnRequest, byProgramme, type HoldRequest, type Leg } from './take-request.js';

export type TakeRefusal =
  | {
      readonly kind: 'refused';
      readonly code: 'INSUFFICIENT_POINTS';
      readonly programme: string;
      readonly missing: bigint;
      readonly missingFen: bigint;
    }
  | { readonly kind: 'refused'; readonly code: 'MEMBER_FROZEN' | 'SUSPENDED_PARTNER' }
  | { readonly kind: 'refused'; readonly code: 'CREDIT_LIMIT_REACHED'; readonly programme: string };

export type PlaceHoldOutcome =
  | { readonly kind: 'placed'; readonly hold: string; readonly expiresAt: Date | null; readonly before: boolean }
  | TakeRefusal;

export type BurnOutcome = (Extract<CaptureOutcome, { kind: 'captured' }> & { readonly before?: boolean }) | TakeRefusal;

/** Sets points aside for one redemption, every leg or none; they stay capturable although their lots expire meanwhile. */
export const placeHold = (context: Pick<Context, 'em'>, key: WriteKey, request: HoldRequest): Promise<Once<PlaceHoldOutcome>> =>
  take<PlaceHoldOutcome>(context, key, request, request.expiresAt ?? null, false);

/** Hold and capture in one: burns the points of a redemption that has nothing to wait for, every leg or none. */
export const burnPoints = (context: Pick<Context, 'em'>, key: WriteKey, request: BurnRequest): Promise<Once<BurnOutcome>> =>
  take<BurnOutcome>(context, key, request, null, true);

async function take<O>(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  request: BurnRequest,
  expiresAt: Date | null,
  burn: boolean,
): Promise<Once<O>> {
  const { hold, redemption, memberUid, acceptor } = request;
  const pool = await poolOf(em);
  const hash = bodyHash(em, key, request);
  const programme = stopped(await stopsOf(em), acceptor, request.legs);
  const refused = programme === null ? '' : await refuseAtLimit(pool, key, hash, request, programme);
  if (refused !== '') return answered<O>(em, refused, key, request);
  const call: Take = {
    principal: key.principal,
    key: key.key,
    hash,
    hold,
    redemption,
    memberUid,
    acceptor,
    expiresAt: expiresAt?.toISOString() ?? null,
    legs: byProgramme(request.legs),
    burn,
  };
  const limits = await burnLimitsOf(em);
  if (!call.legs.some((leg) => limits.has(leg.programme))) return answered<O>(em, await queue(pool).submit(call), key, request);
  const values = await valuesAt(em, call.legs);
  const text = await takeWithinLimits(pool, memberUid, call.legs, limits, {
    take: () => fullCall(call),
    refuse: (over) => refusalCall(key, hash, request, { ...over, kind: 'refused', code: 'INSUFFICIENT_POINTS', missingFen: values(over) }),
  });
  return answered<O>(em, text, key, request);
}

const refusal: Call = { name: 'refuse_at_limit', text: 'select refuse_at_limit($1, $2, $3, $4, $5, $6, $7)' };

/** The issuer owes others as much as it may: no new hold on its points at another shop. Empty where the key or the hold is an earlier one. */
function refuseAtLimit(pool: Pool, key: WriteKey, hash: string, request: BurnRequest, programme: string): Promise<string> {
  return callOnce(pool, refusalCall(key, hash, request, { kind: 'refused', code: 'CREDIT_LIMIT_REACHED', programme }));
}

const refusalCall = (
  key: WriteKey,
  hash: string,
  { memberUid, hold }: BurnRequest,
  outcome: TakeRefusal,
): readonly [Call, readonly unknown[]] => [
  refusal,
  [memberUid, key.principal, key.key, `\\x${hash}`, hold, key.operation, encode(outcome)],
];

/** What missing points of the legs' programmes are worth now, rounded down. */
async function valuesAt(
  em: Context['em'],
  legs: readonly Leg[],
): Promise<(over: { readonly programme: string; readonly missing: bigint }) => bigint> {
  const found = await em.fork().find(Programme, { id: { $in: legs.map(({ programme }) => programme) } });
  const values = new Map(found.map((programme) => [programme.id, valueOf(programme)]));
  return ({ programme, missing }) => timesDown(missing, values.get(programme) ?? rational(0n));
}

const queue = queueOf<Take>((pool) => ({
  memberOf: ({ memberUid }) => memberUid,
  one: (call) => callOnce(pool, firstCall(call), () => fullCall(call)),
  group: async (calls) => (await callOnce(pool, groupCall(calls))).split('\n'),
}));
