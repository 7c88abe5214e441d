import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';

/** One part of one redemption: what it took of one lot, and the purchase behind that. */
export interface ExportFacts {
  readonly redemption: string;
  readonly at: Date;
  readonly member: string;
  readonly acceptor: string;
  readonly programme: string;
  readonly lot: string;
  readonly points: bigint;
  readonly earnedAt: Date | null;
  readonly accrual: string | null;
  readonly purchasePartner: string | null;
  readonly purchaseRef: string | null;
  readonly purchasedAt: Date | null;
  /** Who earned the points, where that is another member; `hands` counts the transfers since. */
  readonly earner: string | null;
  readonly hands: number;
  readonly entryHash: string;
  readonly root: string | null;
}

/** The place after which a page begins: the last line before it, and the digest of everything up to that. */
export interface ExportPlace {
  readonly redemption: string;
  readonly seq: bigint;
  readonly part: number;
  readonly digest: string;
}

export interface ExportRow extends ExportFacts {
  readonly seq: bigint;
  readonly part: number;
}

interface Row {
  readonly redemption: string;
  readonly at: string;
  readonly member_uid: string;
  readonly acceptor: string;
  readonly programme: string;
  readonly seq: string;
  readonly part: string;
  readonly lot: string;
  readonly points: string;
  readonly earned_at: string | null;
  readonly accrual: string | null;
  readonly partner: string | null;
  readonly purchase_ref: string | null;
  readonly purchased_at: string | null;
  readonly hash: string;
  readonly earner: string | null;
  readonly hands: number;
  readonly root: string | null;
}

/** What was redeemed in a month of Asia/Shanghai, lot by lot, in order of redemption. `masked` makes an id of a uid that the reader may see. */
export async function exportRows(
  em: EntityManager,
  period: string,
  after: ExportPlace | null,
  limit: number,
  masked: (uid: string) => string,
): Promise<ExportRow[]> {
  const found = await rows<Row>(
    em,
    `select h.redemption, e.at, e.member_uid, h.acceptor, e.programme, e.seq, p.n as part, p.lot, -p.points as points, l.earned_at, l.accrual,
       a.partner, a.purchase_ref, a.at as purchased_at, encode(e.hash, 'hex') as hash, way.uid as earner, coalesce(way.depth, 0) as hands,
       (select r.root from root_head r where r.member_uid = e.member_uid and r.seq >= e.seq order by r.seq limit 1) as root
     from hold h join entry e on e.member_uid = h.member_uid and e.kind = 'BURN' and e.cause_kind = 'REDEMPTION' and e.cause_id = h.redemption::text
       cross join lateral unnest(e.lots, e.lot_points) with ordinality p (lot, points, n)
       left join lateral (
         with recursive hand as (
           select t.from_uid, t.from_lot, 1 as depth from transfer_part t where t.to_uid = e.member_uid and t.to_lot = p.lot
           union all select t.from_uid, t.from_lot, hand.depth + 1 from hand join transfer_part t on t.to_uid = hand.from_uid and t.to_lot = hand.from_lot)
         select from_uid as uid, from_lot as lot, depth from hand order by depth desc limit 1) way on true
       left join lot l on l.member_uid = coalesce(way.uid, e.member_uid) and l.id = coalesce(way.lot, p.lot)
       left join accrual a on a.id = l.accrual
     where h.state = 'CAPTURED' and to_char(e.at at time zone 'Asia/Shanghai', 'YYYY-MM') = ?
       and (?::uuid is null or (h.redemption, e.seq, p.n) > (?::uuid, ?::bigint, ?::bigint))
     order by h.redemption, e.seq, p.n limit ?`,
    [period, after?.redemption ?? null, after?.redemption ?? null, after?.seq ?? null, after?.part ?? null, limit],
  );
  return found.map((row) => ({
    redemption: row.redemption,
    at: new Date(row.at),
    member: masked(row.member_uid),
    acceptor: row.acceptor,
    programme: row.programme,
    lot: row.lot,
    points: BigInt(row.points),
    earnedAt: instant(row.earned_at),
    accrual: row.accrual,
    purchasePartner: row.partner,
    purchaseRef: row.purchase_ref,
    purchasedAt: instant(row.purchased_at),
    earner: row.earner === null ? null : masked(row.earner),
    hands: row.hands,
    entryHash: row.hash,
    root: row.root,
    seq: BigInt(row.seq),
    part: Number(row.part),
  }));
}

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));

/** Pure: a line as it is written to a file: one JSON object with its fields in this order, points as a number. Its root may come later, so it is no part of it. */
export const jsonlOf = (facts: ExportFacts): string =>
  JSON.stringify({
    redemption: facts.redemption,
    at: facts.at.toISOString(),
    member: facts.member,
    acceptor: facts.acceptor,
    programme: facts.programme,
    lot: facts.lot,
    points: Number(facts.points),
    earnedAt: facts.earnedAt?.toISOString() ?? null,
    accrual: facts.accrual,
    purchasePartner: facts.purchasePartner,
    purchaseRef: facts.purchaseRef,
    purchasedAt: facts.purchasedAt?.toISOString() ?? null,
    earner: facts.earner,
    hands: facts.hands,
    entryHash: facts.entryHash,
  });

/** Pure: the digest of a file up to and with a line, out of the digest before it. */
export const nextDigest = (before: string, jsonl: string): string => createHash('sha256').update(`${before}\n${jsonl}`).digest('hex');

/** What the first line's digest follows. */
export const firstDigest = (period: string): string => createHash('sha256').update(`tongdui export ${period}`).digest('hex');
