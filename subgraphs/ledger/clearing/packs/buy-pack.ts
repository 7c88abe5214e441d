import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { now } from '../../../kernel/clock.js';
import { badInput, DomainError } from '../../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../../kernel/idempotency.js';
import { rational, timesUp } from '../../../kernel/rational.js';
import { rows } from '../../../kernel/sql.js';
import { Partner } from '../../partners/partner.entity.js';
import { Programme } from '../../partners/programme.entity.js';
import { expiryOf } from '../../points/expiry.js';
import { appendObligations } from '../append-obligations.js';
import { LimitReached, mustHaveCredit } from '../credit/credit-store.js';
import { packTermsOf } from './pack-terms.js';

export interface PackOrder {
  readonly partner: string;
  readonly programme: string;
  readonly points: bigint;
  /** With so many points left or fewer the partner is told. */
  readonly alertPoints: bigint;
}

export type BuyOutcome =
  | { readonly kind: 'bought'; readonly pack: string }
  | { readonly kind: 'refused'; readonly code: 'SUSPENDED_PARTNER' }
  | { readonly kind: 'refused'; readonly code: 'PACK_TOO_SMALL'; readonly minPoints: bigint }
  | { readonly kind: 'refused'; readonly code: 'CREDIT_LIMIT_REACHED'; readonly limitFen: bigint; readonly usedFen: bigint };

const maxPoints = 2n ** 53n - 1n;

/** Sells a partner points that its customers will earn, at the terms of today. It owes the price at once, in the period open now. */
export function buyPack(em: EntityManager, key: WriteKey, order: PackOrder): Promise<Once<BuyOutcome>> {
  if (order.points < 1n) throw badInput('`points` is at least 1', { argument: 'points' });
  if (order.alertPoints >= order.points) throw badInput('`alertPoints` is less than `points`', { argument: 'alertPoints' });
  return once<BuyOutcome>(em, key, order, (tx) => buy(tx, key, order)).catch((error: unknown) => {
    if (!(error instanceof LimitReached)) throw error;
    return once<BuyOutcome>(em, key, order, () => Promise.resolve({ kind: 'refused', code: 'CREDIT_LIMIT_REACHED', ...error.credit }));
  });
}

async function buy(
  tx: EntityManager,
  key: WriteKey,
  { partner: buyer, programme: id, points, alertPoints }: PackOrder,
): Promise<BuyOutcome> {
  const partner = await tx.findOne(Partner, { id: buyer });
  if (!partner) throw badInput('There is no such partner', { argument: 'partner' });
  const programme = await tx.findOne(Programme, { id });
  if (!programme) throw badInput('There is no such programme', { argument: 'programme' });
  if (programme.issuerId === buyer || partner.earnProgrammeId !== id)
    throw new DomainError('FORBIDDEN_OPERATION', 'The partner lets nobody earn these points of another issuer', { programme: id });
  if (partner.suspended) return { kind: 'refused', code: 'SUSPENDED_PARTNER' };
  const { price, minPoints, months } = await packTermsOf(tx, programme);
  if (points < minPoints) return { kind: 'refused', code: 'PACK_TOO_SMALL', minPoints };
  const fen = timesUp(points, rational(price.fen, price.points));
  if (fen > maxPoints) throw badInput('This costs more than a whole number on the wire can say', { argument: 'points' });
  const boughtAt = await now(tx);
  const expiresAt = expiryOf(
    {
      mode: months === null ? 'NONE' : 'ROLLING',
      months,
      roundToMonthEnd: false,
      roundToYearEnd: false,
      monthDay: null,
      zone: programme.zone,
    },
    boughtAt,
  );
  const pack = uuid();
  await rows(
    tx,
    `insert into pack (id, partner, programme, points, left_points, price_fen, alert_points, bought_at, bought_by, expires_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [pack, buyer, id, points, points, fen, alertPoints, boughtAt.toISOString(), key.principal, expiresAt?.toISOString() ?? null],
  );
  await auditChange(tx, key, { partner: buyer, before: null, after: { pack, programme: id, points, priceFen: fen, expiresAt } });
  if (fen > 0n) {
    await mustHaveCredit(tx, buyer, fen);
    const owed = { programme: id, points, fen, feeFen: 0n, feeBorneBy: partner.feeBorneBy, cause: pack, redemption: null };
    await appendObligations(tx, [{ kind: 'PACK', debtor: buyer, creditor: programme.issuerId, ...owed }]);
  }
  return { kind: 'bought', pack };
}

/** Says from how few points on the partner is told. */
export function setPackAlert(
  em: EntityManager,
  key: WriteKey,
  { pack, alertPoints }: { readonly pack: string; readonly alertPoints: bigint },
): Promise<Once<{ readonly kind: 'set' }>> {
  return once<{ readonly kind: 'set' }>(em, key, { pack, alertPoints }, async (tx) => {
    const [before] = await rows<{ partner: string; alert_points: string; points: string }>(
      tx,
      'select partner, alert_points, points from pack where id = ? for update',
      [pack],
    );
    if (!before) throw badInput('There is no such pack', { argument: 'pack' });
    if (alertPoints >= BigInt(before.points)) throw badInput('`alertPoints` is less than the pack', { argument: 'alertPoints' });
    await rows(tx, 'update pack set alert_points = ? where id = ?', [alertPoints, pack]);
    await auditChange(tx, key, {
      partner: before.partner,
      before: { alertPoints: BigInt(before.alert_points) },
      after: { pack, alertPoints },
    });
    return { kind: 'set' };
  });
}
