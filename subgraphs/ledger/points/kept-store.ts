import type { EntityManager } from '@mikro-orm/postgresql';
import { type Rational, rational } from '../../kernel/rational.js';
import { rows } from '../../kernel/sql.js';
import type { Kept } from './kept.js';

/** What refunds paid for of an accrual's points so far. */
export async function keptOf(tx: EntityManager, member: string, accrual: string): Promise<Kept> {
  const [row] = await rows<{ points: string; fen: string }>(
    tx,
    'select coalesce(sum(points), 0)::text as points, coalesce(sum(fen), 0)::text as fen from kept_points where member_uid = ? and accrual = ?',
    [member, accrual],
  );
  return { points: BigInt(row?.points ?? 0), fen: BigInt(row?.fen ?? 0) };
}

export async function noteKept(
  tx: EntityManager,
  member: string,
  { return: cause, accrual, points, fen }: Kept & { readonly return: string; readonly accrual: string },
): Promise<void> {
  await rows(tx, 'insert into kept_points (member_uid, return, accrual, points, fen, at) values (?, ?, ?, ?, ?, clock())', [
    member,
    cause,
    accrual,
    points,
    fen,
  ]);
}

/**
 * What the points of an accrual cost whoever gave them: what it owed for them and what it had paid for those out of packs; an issuer's own
 * shop, which owes nobody, the price that others paid on the day of the purchase. Null where the programme makes the rest arrears.
 */
export async function costIfDeducted(tx: EntityManager, accrual: string): Promise<Rational | null> {
  const [row] = await rows<{ own: boolean; points: string; owed_fen: string; price_fen: string; price_points: string }>(
    tx,
    `select a.partner = g.issuer as own, a.points, a.owed_fen, coalesce(r.issue_price_fen, g.issue_price_fen) as price_fen,
       coalesce(r.issue_price_points, g.issue_price_points) as price_points
     from accrual a join programme g on g.id = a.programme
     left join lateral (select issue_price_fen, issue_price_points from programme_rate r where r.programme = a.programme and r.valid_from <= a.at
       and r.issue_price_fen is not null order by r.valid_from desc, r.id desc limit 1) r on true
     where a.id = ? and g.return_unrecovered = 'CASH_REFUND'`,
    [accrual],
  );
  if (!row) return null;
  if (row.own) return rational(BigInt(row.points) * BigInt(row.price_fen), BigInt(row.price_points));
  const packs = await rows<{ drawn: string; price_fen: string; points: string }>(
    tx,
    `select sum(d.points)::text as drawn, p.price_fen, p.points from pack_draw d join pack p on p.id = d.pack
     where d.accrual = ? and d.points > 0 group by p.id order by p.id`,
    [accrual],
  );
  return packs.reduce(
    (sum, { drawn, price_fen, points }) => plus(sum, rational(BigInt(drawn) * BigInt(price_fen), BigInt(points))),
    rational(BigInt(row.owed_fen)),
  );
}

const plus = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
