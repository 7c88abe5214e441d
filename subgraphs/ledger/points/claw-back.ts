import type { EntityManager } from '@mikro-orm/postgresql';
import { sumOf } from '../../kernel/rational.js';
import { rows } from '../../kernel/sql.js';
import type { KeptLine } from '../accrual/accrual.entity.js';
import { returnToPacks } from '../clearing/packs/pack-store.js';
import { type NewObligation, type RecordedObligation, reversalOf } from '../clearing/obligations.js';
import { type Actor, append, type LockedMember } from './journal.js';
import { type Kept, keptFor, type Missing } from './kept.js';
import { costIfDeducted, keptOf, noteKept } from './kept-store.js';
import { isExpired, takeUpTo } from './lots.js';
import { moveLots, openLots } from './lot-store.js';
import { entryOf } from './posting.js';
import type { Given } from './returned-goods.js';
import { dueOf } from './returns.js';

/** Points that a redemption earned. */
export interface RedemptionAccrual extends Given {
  readonly id: string;
  /** Whoever let the points be earned, and pays for them. */
  readonly partner: string;
  readonly programme: string;
  readonly clawed: bigint;
  readonly owedFen: bigint;
}

/** Whoever reports a purchase may name any redemption; what another member earned with it is not this one's to give back. */
export async function accrualsOf(tx: EntityManager, redemption: string, member: string): Promise<RedemptionAccrual[]> {
  const found = await rows<
    Record<'id' | 'partner' | 'programme' | 'points' | 'clawed' | 'owed_fen', string> & { lines: readonly KeptLine[]; gross: boolean }
  >(
    tx,
    `select a.*, exists (select from jsonb_array_elements(a.rules) given join accrual_rule r on r.id::text = given ->> 'rule'
       where r.basis = 'GROSS') as gross
     from accrual a where a.redemption = ? and a.member_uid = ? order by a.id`,
    [redemption, member],
  );
  return found.map(({ id, partner, programme, points, clawed, owed_fen, lines, gross }) => ({
    id,
    partner,
    programme,
    points: BigInt(points),
    clawed: BigInt(clawed),
    owedFen: BigInt(owed_fen),
    lines: lines.map((line) => ({ sku: line.sku, points: BigInt(line.points) })),
    gross,
  }));
}

export interface ClawBack {
  readonly taken: bigint;
  /** What could not be taken and is owed. */
  readonly arrears: bigint;
  /** What could not be taken and was deducted from the refund. */
  readonly kept: Kept;
  /** What the issuer gives back to the partner that had paid for the points. */
  readonly owed: NewObligation | null;
}

const nothing: Kept = { points: 0n, fen: 0n };

/** The return that takes points back; `refundFen`: its cash that nothing was deducted from yet. */
export interface Cause {
  readonly cause: string;
  readonly refundFen: bigint;
  readonly recorded: readonly RecordedObligation[];
}

/**
 * Takes back what an accrual gave, up to the points that have come due over all returns: from its own lots first, of these from what may
 * not be spent yet, then from the others of the programme; for the rest the refund pays, where the programme wants it so and as far as it
 * reaches, and what is left then is arrears.
 */
export async function clawBack(
  tx: EntityManager,
  member: LockedMember,
  actor: Actor,
  { cause, refundFen, recorded }: Cause,
  accrual: RedemptionAccrual,
  target: bigint,
): Promise<ClawBack> {
  const { id, programme, points, clawed } = accrual;
  const due = target - clawed;
  if (due <= 0n) return { taken: 0n, arrears: 0n, kept: nothing, owed: null };
  const lots = (await openLots(tx, member.uid, [programme])).filter((lot) => !isExpired(lot, member.now));
  const ofAccrual = lots.filter((lot) => lot.accrual === id);
  const waiting = takeUpTo(
    ofAccrual.filter((lot) => lot.usableFrom > member.now),
    due,
  );
  const own = [
    ...waiting,
    ...takeUpTo(
      ofAccrual.filter((lot) => lot.usableFrom <= member.now),
      due - sumOf(waiting.map((part) => part.points)),
    ),
  ];
  const ownPoints = sumOf(own.map((part) => part.points));
  const parts = [
    ...own,
    ...takeUpTo(
      lots.filter((lot) => lot.accrual !== id),
      due - ownPoints,
    ),
  ];
  const taken = sumOf(parts.map((part) => part.points));
  const before = await keptOf(tx, member.uid, id);
  const missing = { missing: due - taken, points, before, cashFen: refundFen };
  const kept = await keep(tx, member, cause, id, missing);
  const arrears = due - taken - kept.points;
  await moveLots(
    tx,
    member.uid,
    parts.map((part) => ({ lot: part.lot, remaining: -part.points, held: 0n })),
  );
  if (taken > 0n) await append(tx, member, actor, [entryOf('CLAWBACK', programme, { kind: 'RETURN', id: cause }, parts)]);
  if (arrears > 0n)
    await rows(tx, 'update wallet set arrears = arrears + ? where member_uid = ? and programme = ?', [arrears, member.uid, programme]);
  await rows(tx, 'update accrual set clawed = ? where id = ?', [target, id]);
  await rows(tx, 'insert into clawed_points (member_uid, return, accrual, points, at) values (?, ?, ?, ?, clock())', [
    member.uid,
    cause,
    id,
    due,
  ]);
  const recovered = { before: clawed - before.points, after: target - before.points - kept.points };
  const owed = await giveMoneyBack(tx, cause, recorded, accrual, recovered);
  return { taken, arrears, kept, owed };
}

async function keep(
  tx: EntityManager,
  member: LockedMember,
  cause: string,
  accrual: string,
  missing: Omit<Missing, 'cost'>,
): Promise<Kept> {
  if (missing.missing === 0n || missing.cashFen === 0n) return nothing;
  const cost = await costIfDeducted(tx, accrual);
  const kept = cost ? keptFor({ ...missing, cost }) : nothing;
  if (kept.points > 0n) await noteKept(tx, member.uid, { return: cause, accrual, ...kept });
  return kept;
}

/**
 * Points that packs had covered go back to these; of the others the issuer gives back what they had cost. Neither for points that the refund
 * paid for: the shop has kept that cash, and the issuer goes on owing their value.
 */
async function giveMoneyBack(
  tx: EntityManager,
  cause: string,
  recorded: readonly RecordedObligation[],
  { id, points, owedFen }: RedemptionAccrual,
  recovered: { readonly before: bigint; readonly after: bigint },
): Promise<NewObligation | null> {
  const packs = await returnToPacks(tx, { accrual: id, cause, done: recovered.after, total: points });
  const original = recorded.find((obligation) => obligation.kind === 'ACCRUAL' && obligation.cause === id);
  if (!original) return null;
  const before = { points: recovered.before - packs.before, fen: dueOf(owedFen, recovered.before, points) };
  const now = { points: recovered.after - packs.after - before.points, fen: dueOf(owedFen, recovered.after, points) - before.fen };
  return reversalOf(original, before, now, cause);
}
