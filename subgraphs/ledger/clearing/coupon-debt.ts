import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import { appendObligations } from './append-obligations.js';
import { Obligation } from './obligation.entity.js';
import { reversalOf } from './reversals.js';

/** A coupon of one partner that another one took. `programme`: whose points the coupon is had for. */
export interface CouponDebt {
  readonly use: string;
  readonly issuer: string;
  readonly acceptor: string;
  readonly programme: string;
  readonly fen: bigint;
}

export interface CouponCleared {
  readonly kind: 'cleared';
  readonly obligation: string;
}

/** Makes the issuer of a coupon owe the partner that took it what it took off; without a fee, for no point changes hands. */
export function oweForCoupon(em: EntityManager, key: WriteKey, debt: CouponDebt): Promise<Once<CouponCleared>> {
  const { use, issuer, acceptor, programme, fen } = debt;
  if (issuer === acceptor || fen < 1n) throw badInput('Another partner owes at least 1 fen', { argument: 'fen' });
  return once<CouponCleared>(em, key, debt, async (tx) => {
    const known = await rows(tx, 'select id from partner where id in (?, ?)', [issuer, acceptor]);
    if (known.length < 2) throw badInput('There is no such partner', { argument: 'acceptor' });
    await lockUse(tx, use);
    const earlier = await tx.findOne(Obligation, { kind: 'COUPON', cause: use });
    if (earlier) return { kind: 'cleared', obligation: earlier.id };
    const terms = { programme, points: 0n, feeFen: 0n, feeBorneBy: 'ACCEPTOR', redemption: null } as const;
    const [made] = await appendObligations(tx, [{ kind: 'COUPON', debtor: issuer, creditor: acceptor, fen, cause: use, ...terms }]);
    return { kind: 'cleared', obligation: made?.id ?? '' };
  });
}

/** The purchase that used a coupon was cancelled: what was owed for it is owed back, in the period that is open now; once. */
export function takeBackCoupon(em: EntityManager, key: WriteKey, use: string): Promise<Once<CouponCleared>> {
  return once<CouponCleared>(em, key, { use }, async (tx) => {
    await lockUse(tx, use);
    const original = await tx.findOne(Obligation, { kind: 'COUPON', cause: use });
    if (!original) throw badInput('Nothing is owed for this use of a coupon', { argument: 'use' });
    const earlier = await tx.findOne(Obligation, { reverses: original.id });
    if (earlier) return { kind: 'cleared', obligation: earlier.id };
    const none = { points: 0n, fen: 0n };
    const reversal = reversalOf(original, none, { points: 0n, fen: original.fen }, use);
    const [made] = await appendObligations(tx, reversal ? [reversal] : []);
    return { kind: 'cleared', obligation: made?.id ?? '' };
  });
}

const lockUse = (tx: EntityManager, use: string): Promise<unknown> =>
  rows(tx, 'select pg_advisory_xact_lock(hashtext(?))', [`tongdui coupon ${use}`]);
