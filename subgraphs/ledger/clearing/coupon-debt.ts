import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { sumOf } from '../../kernel/rational.js';
import { rows } from '../../kernel/sql.js';
import { appendObligations } from './append-obligations.js';
import { lessDisputed } from './less-disputed.js';
import type { NewObligation } from './new-obligation.js';
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

/** Goods of the basket that came back, and what the coupon took off them. */
export interface CouponPart {
  readonly return: string;
  readonly fen: bigint;
}

/**
 * The purchase that used a coupon was cancelled, or goods of it came back (`part`): what was owed for it, or for them, is owed back in
 * the period that is open now; once per cancellation and per return.
 */
export function takeBackCoupon(em: EntityManager, key: WriteKey, use: string, part: CouponPart | null): Promise<Once<CouponCleared>> {
  const id = part?.return ?? use;
  return once<CouponCleared>(em, key, part ? { use, part } : { use }, async (tx) => {
    await lockUse(tx, use);
    const original = await tx.findOne(Obligation, { kind: 'COUPON', cause: use });
    if (!original) throw badInput('Nothing is owed for this use of a coupon', { argument: 'use' });
    const earlier = await rows<{ id: string; obligation: string }>(tx, 'select id, obligation from coupon_back where use = ?', [use]);
    const same = earlier.find((back) => back.id === id);
    if (same) return { kind: 'cleared', obligation: same.obligation };
    const reversals = await tx.find(Obligation, { id: { $in: earlier.map(({ obligation }) => obligation) } });
    const before = { points: 0n, fen: sumOf(reversals.map(({ fen }) => fen)) };
    const fen = part?.fen ?? original.fen - before.fen;
    if (fen < 1n || before.fen + fen > original.fen)
      throw badInput('No more goes back than is owed, and at least 1 fen', { argument: 'part' });
    const reversal = reversalOf(original, before, { points: 0n, fen }, id) as NewObligation;
    const again = await lessDisputed(tx, [original, ...reversals], [reversal]);
    const [made] = await appendObligations(tx, [reversal, ...again]);
    const obligation = made?.id ?? '';
    await rows(tx, 'insert into coupon_back (id, use, obligation) values (?, ?, ?)', [id, use, obligation]);
    return { kind: 'cleared', obligation };
  });
}

const lockUse = (tx: EntityManager, use: string): Promise<unknown> =>
  rows(tx, 'select pg_advisory_xact_lock(hashtext(?))', [`tongdui coupon ${use}`]);
