import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { badInput } from '../../kernel/errors.js';
import type { Once, WriteKey } from '../../kernel/idempotency.js';
import { sumOf, timesDown } from '../../kernel/rational.js';
import type { Context } from '../context.js';
import { expiryPolicyOf, Programme, valueOf } from '../partners/programme.entity.js';
import { expiryOf } from '../points/expiry.js';
import { append, type LockedMember, lockMember, lockWallet } from '../points/journal.js';
import { burn, isUsable, type LotPart } from '../points/lots.js';
import { addLot, moveLots, openLots } from '../points/lot-store.js';
import { entryOf } from '../points/posting.js';
import { settleArrears } from '../points/settle-arrears.js';
import { lapseHolds } from '../points/settle.js';
import { adjustmentLimit } from './adjustment-limit.js';
import type { Agreed, Made } from './kind.js';
import { propose, type Proposed } from './propose.js';

export interface AdjustmentBody {
  readonly memberUid: string;
  readonly programme: string;
  /** Positive: points that the member gets; negative: points that are taken. */
  readonly points: bigint;
}

export type AdjustRefusal =
  | { readonly kind: 'refused'; readonly code: 'NOT_ENROLLED' }
  | { readonly kind: 'refused'; readonly code: 'OVER_LIMIT'; readonly limit: bigint };

export interface AdjustmentRequest {
  readonly member: string;
  readonly programme: string;
  readonly points: bigint;
  readonly reason: string;
}

/** What refuses a correction of this size; asked again when somebody agrees to it, for the limit may have been lowered meanwhile. */
async function overLimit(tx: EntityManager, points: bigint): Promise<Extract<AdjustRefusal, { code: 'OVER_LIMIT' }> | null> {
  const limit = await adjustmentLimit(tx);
  return points <= limit && points >= -limit ? null : { kind: 'refused', code: 'OVER_LIMIT', limit };
}

/** Proposes a correction of a member's points; nothing moves before somebody else agrees. `memberUid` null: nobody that the caller knows. */
export function proposeAdjustment(
  context: Pick<Context, 'em' | 'viewer'>,
  key: WriteKey,
  request: AdjustmentRequest,
  { memberUid, issuer }: { readonly memberUid: string | null; readonly issuer: string },
): Promise<Once<Proposed | AdjustRefusal>> {
  const { programme, points } = request;
  if (points === 0n) throw badInput('A correction of no points corrects nothing', { argument: 'points' });
  return propose<AdjustRefusal>(context, key, request, async (tx) => {
    const over = await overLimit(tx, points);
    if (over) return over;
    if (memberUid === null || (await lockMember(tx, memberUid))?.forgotten) return { kind: 'refused', code: 'NOT_ENROLLED' };
    const body: AdjustmentBody = { memberUid, programme, points };
    return { kind: 'ADJUSTMENT', partner: issuer, operatorOnly: false, body };
  });
}

/** Posts a correction: points given are a new lot that expires like points earned now, points taken come from the lots that expire first. */
export async function makeAdjustment(tx: EntityManager, agreed: Agreed<AdjustmentBody>): Promise<Made> {
  const { memberUid, programme: id, points } = agreed.body;
  const over = await overLimit(tx, points);
  if (over) return over;
  const programme = await tx.findOneOrFail(Programme, { id });
  const member = await lockWallet(tx, memberUid, id);
  // Between proposal and approval the member may have been forgotten: what was given up then does not come back, nor does anything new.
  if (member.forgotten) return { kind: 'refused', code: 'NOT_ENROLLED' };
  await lapseHolds(tx, member, agreed.key);
  const lots = (await openLots(tx, memberUid, [id])).filter((lot) => isUsable(lot, member.now));
  const available = sumOf(lots.map((lot) => lot.free));
  const taken = points < 0n ? burn(lots, -points, member.now) : null;
  if (taken?.kind === 'refused') {
    const { missing } = taken;
    return { kind: 'refused', code: 'INSUFFICIENT_POINTS', programme: id, missing, missingFen: timesDown(missing, valueOf(programme)) };
  }
  const parts = taken ? await take(tx, member, taken.parts) : await give(tx, member, programme, points);
  const cause = { kind: 'ADJUSTMENT', id: agreed.id } as const;
  await append(tx, member, agreed.key, [entryOf('ADJUSTMENT', id, cause, parts)]);
  const settled = points > 0n ? await settleArrears(tx, member, agreed.key, id, cause) : 0n;
  const about = { memberUid, programme: id };
  return {
    kind: 'made',
    before: { ...about, availablePoints: available },
    after: { ...about, availablePoints: available + points - settled, points, reason: agreed.reason },
  };
}

async function take(tx: EntityManager, { uid }: LockedMember, parts: readonly LotPart[]): Promise<LotPart[]> {
  const negative = parts.map(({ lot, points }) => ({ lot, points: -points }));
  await moveLots(
    tx,
    uid,
    negative.map(({ lot, points }) => ({ lot, remaining: points, held: 0n })),
  );
  return negative;
}

async function give(tx: EntityManager, { uid, now }: LockedMember, programme: Programme, points: bigint): Promise<LotPart[]> {
  const { id } = programme;
  const lot = uuid();
  const expiresAt = expiryOf(expiryPolicyOf(programme), now);
  await addLot(tx, uid, { id: lot, programme: id, points, remaining: points, earnedAt: now, usableFrom: now, expiresAt, accrual: null });
  return [{ lot, points }];
}
