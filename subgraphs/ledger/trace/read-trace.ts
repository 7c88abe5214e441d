import type { EntityManager } from '@mikro-orm/postgresql';
import { sumOf } from '../../kernel/rational.js';
import { rows } from '../../kernel/sql.js';
import { as } from '../../kernel/union.js';
import { verifyChains } from '../proof/verify-chains.js';
import { ChainState, LotOrigin, SourcePurchase, Trace, TracedLeg, TracedLot, TracedTransfer } from './trace.types.js';

interface Row {
  readonly member_uid: string;
  readonly acceptor: string;
  readonly seq: string;
  readonly programme: string;
  readonly fen: string | null;
  readonly at: string;
  readonly lot: string;
  readonly points: string;
  readonly earned_at: string;
  readonly accrual: string | null;
  readonly partner: string | null;
  readonly purchase_ref: string | null;
  readonly purchased_at: string | null;
  readonly given: string | null;
  /** As JSON, the latest first. */
  readonly transfers: string | null;
}

/**
 * What a redemption took, out of the journal itself, lot by lot back to its purchase, through the hands of every member that the points
 * came by; null where nothing was redeemed under the id. `masked` makes an
 * id of a uid that the reader may see.
 */
export async function traceOf(em: EntityManager, redemption: string, masked: (uid: string) => string): Promise<Trace | null> {
  const found = await rows<Row>(
    em,
    `select h.member_uid, h.acceptor, e.seq, e.programme, leg.fen, e.at, p.lot, -p.points as points, l.earned_at, l.accrual,
            a.partner, a.purchase_ref, a.at as purchased_at, given.cause_id as given, way.transfers
     from hold h join entry e on e.member_uid = h.member_uid and e.kind = 'BURN' and e.cause_kind = 'REDEMPTION' and e.cause_id = h.redemption::text
       left join taken_leg leg on leg.member_uid = h.member_uid and leg.hold = h.id and leg.programme = e.programme
       cross join lateral unnest(e.lots, e.lot_points) with ordinality p (lot, points, n)
       left join lateral (
         with recursive hand as (
           select t.*, 1 as depth from transfer_part t where t.to_uid = e.member_uid and t.to_lot = p.lot
           union all select t.*, hand.depth + 1 from hand join transfer_part t on t.to_uid = hand.from_uid and t.to_lot = hand.from_lot)
         select (array_agg(from_uid order by depth desc))[1] as uid, (array_agg(from_lot order by depth desc))[1] as lot,
           json_agg(json_build_object('id', hand.transfer, 'from', from_uid, 'at', (select at from transfer where id = hand.transfer)) order by depth)::text as transfers
         from hand) way on true
       left join lot l on l.member_uid = coalesce(way.uid, e.member_uid) and l.id = coalesce(way.lot, p.lot)
       left join accrual a on a.id = l.accrual
       left join lateral (select g.cause_id from entry g where l.accrual is null and g.member_uid = l.member_uid and l.id = any (g.lots)
                          order by g.seq limit 1) given on true
     where h.redemption = ? and h.state = 'CAPTURED' order by e.seq, p.n`,
    [redemption],
  );
  const [first] = found;
  const last = found.at(-1);
  if (!first || !last) return null;
  const entries = [...new Set(found.map(({ seq }) => seq))];
  const legs = entries.map((seq) => legOf(found.filter((part) => part.seq === seq) as [Row, ...Row[]], masked));
  return as(Trace, {
    redemption,
    member: masked(first.member_uid),
    points: sumOf(legs.map((leg) => leg.points)),
    at: new Date(first.at),
    legs,
    memberUid: first.member_uid,
    acceptorId: first.acceptor,
    lastSeq: BigInt(last.seq),
  });
}

function legOf(parts: readonly [Row, ...Row[]], masked: (uid: string) => string): TracedLeg {
  const lots = parts.map((part) =>
    as(TracedLot, {
      lot: part.lot,
      points: BigInt(part.points),
      earnedAt: new Date(part.earned_at),
      origin: originOf(part),
      transfers: transfersOf(part, masked),
    }),
  );
  const [{ programme, fen }] = parts;
  return as(TracedLeg, { programmeId: programme, points: sumOf(lots.map((lot) => lot.points)), fen: BigInt(fen ?? 0), lots });
}

const transfersOf = ({ transfers }: Row, masked: (uid: string) => string): TracedTransfer[] =>
  (JSON.parse(transfers ?? '[]') as { id: string; from: string; at: string }[]).map(({ id, from, at }) =>
    as(TracedTransfer, { id, from: masked(from), at: new Date(at) }),
  );

function originOf({ accrual, partner, purchase_ref: purchaseRef, purchased_at: at, given }: Row): LotOrigin {
  if (accrual === null || partner === null || purchaseRef === null || at === null)
    return as(LotOrigin, { kind: 'OTHER', id: given ?? '', accrualId: null, purchase: null });
  const purchase = as(SourcePurchase, { partnerId: partner, purchaseRef, at: new Date(at) });
  return as(LotOrigin, { kind: 'PURCHASE', id: accrual, accrualId: accrual, purchase });
}

/** Recomputes the member's chain, and finds the root that covers the redemption. */
export async function chainOf(em: EntityManager, { memberUid, lastSeq }: Trace): Promise<ChainState> {
  const bad = await verifyChains(em, { memberUid });
  const [covering] = await rows<{ root: string }>(em, 'select root from root_head where member_uid = ? and seq >= ? order by seq limit 1', [
    memberUid,
    lastSeq,
  ]);
  const firstBad = bad.map(({ seq }) => Number(seq)).sort((a, b) => a - b)[0] ?? null;
  return as(ChainState, { ok: bad.length === 0, firstBad, root: covering?.root ?? null });
}
