/** Something that always holds, and the query for what breaks it: one row per offender, its column `offender` naming it. */
export interface Invariant {
  readonly id: string;
  readonly says: string;
  readonly offenders: string;
}

const memberEntry = `'entry ' || e.seq || ' of ' || e.member_uid`;

/** Books: what the journal says by itself. */
const journal: readonly Invariant[] = [
  {
    id: '1',
    says: 'postings of each entry sum to 0, in its one programme',
    offenders: `select ${memberEntry} as offender from entry e where e.points <> (select coalesce(sum(part), 0) from unnest(e.lot_points) part)
      or e.points = 0 or cardinality(e.lots) <> cardinality(e.lot_points)`,
  },
  {
    id: '2',
    says: 'all accounts of a programme sum to 0',
    offenders: `select programme as offender from posting group by programme having sum(points) <> 0`,
  },
  {
    id: '9',
    says: 'journal, obligations, roots and what refunds paid for are append-only: every guard is in force',
    offenders: `select wanted as offender from unnest(array['entry', 'obligation', 'settlement_period', 'settlement_net', 'root', 'root_head',
        'payment_account', 'payment_order', 'statement_root', 'statement_node', 'statement_leaf', 'pack_draw', 'pack_terms', 'clearing_alert', 'kept_points', 'clawed_points']) wanted
      where not exists (select from pg_trigger t where t.tgrelid = to_regclass(wanted) and t.tgenabled in ('O', 'A')
        and t.tgfoid::regproc::text ~ '(refuse_change|refuse_clearing_change)$' and t.tgtype & 16 = 16 and t.tgtype & 8 = 8)`,
  },
  {
    id: '9a',
    says: 'nothing is added to a closed period: the guards are in force and know every closed period',
    offenders: `select wanted as offender from unnest(array['obligation', 'settlement_net']) wanted
      where not exists (select from pg_trigger t where t.tgrelid = to_regclass(wanted) and t.tgenabled in ('O', 'A')
        and t.tgfoid::regproc::text ~ '(guard_obligation|guard_settlement_net)$' and t.tgtype & 4 = 4 and t.tgtype & 2 = 2)
      union all select 'period ' || id from settlement_period where id not in (select name from clearing_watch)`,
  },
  {
    id: '10',
    says: "a member's entries are numbered without a gap, as far as the account says",
    offenders: `select 'member ' || coalesce(a.member_uid, e.member_uid) as offender from account a full join (
        select member_uid, max(seq) as last, count(*) as n from entry group by member_uid) e using (member_uid)
      where coalesce(a.seq, 0) <> coalesce(e.last, 0) or e.last <> e.n`,
  },
  {
    id: '10a',
    says: "an entry's hash follows from the entry before it, and the account knows the last",
    offenders: `select ${memberEntry} as offender from entry e join account a using (member_uid)
        left join entry p on p.member_uid = e.member_uid and p.seq = e.seq - 1
      where e.hash is distinct from entry_hash_of(p.hash, e) or (e.seq = a.seq and e.hash is distinct from a.head)`,
  },
];

/** Lots and holds: what is kept beside the journal, against it. */
const lots: readonly Invariant[] = [
  {
    id: '3',
    says: 'what remains of each lot is the sum of its postings',
    offenders: `select 'lot ' || coalesce(l.id, p.lot) as offender from lot l full join (
        select member_uid, lot, sum(points) as points from posting where account = 'lot' group by member_uid, lot) p
        on p.member_uid = l.member_uid and p.lot = l.id
      where l.remaining is distinct from coalesce(p.points, 0)`,
  },
  {
    id: '4',
    says: 'what is held of each lot is what open holds take of it, and never more than remains',
    offenders: `select 'lot ' || l.id as offender from lot l left join (
        select hl.member_uid, hl.lot, sum(hl.points) as points from taken_part hl join hold h on h.member_uid = hl.member_uid and h.id = hl.hold where h.open group by hl.member_uid, hl.lot) p
        on p.member_uid = l.member_uid and p.lot = l.id
      where l.held <> coalesce(p.points, 0) or l.held > l.remaining`,
  },
  {
    id: '8',
    says: 'no lot is below 0 or above what it was, at any position of the journal',
    offenders: `select distinct 'lot ' || lot as offender from (
        select p.lot, l.points, sum(p.points) over (partition by p.member_uid, p.lot order by p.seq, p.n) as then
        from posting p left join lot l on l.member_uid = p.member_uid and l.id = p.lot where p.account = 'lot') position
      where position.then < 0 or position.points is null or position.then > position.points`,
  },
  {
    id: '8a',
    says: 'a lot is open where points remain, and its postings are in its own programme',
    offenders: `select 'lot ' || l.id as offender from lot l where l.open <> (l.remaining > 0) or l.remaining < 0
        or exists (select from posting p where p.member_uid = l.member_uid and p.lot = l.id and p.programme <> l.programme)`,
  },
  {
    id: 'L1',
    says: 'issued = in lots + redeemed + expired + clawed back (+ moved), in every programme',
    offenders: `select coalesce(l.programme, p.programme) as offender from (select programme, sum(remaining) as points from lot group by programme) l
      full join (select programme, -sum(points) as points from posting where account <> 'lot' group by programme) p using (programme)
      where coalesce(l.points, 0) <> coalesce(p.points, 0)`,
  },
];

/** Each thing happens once: keys, purchases, holds, returns. */
const once: readonly Invariant[] = [
  {
    id: '5',
    says: 'entries under one caller and key belong to one member, and young ones have an answer on record',
    offenders: `select actor || ' ' || key as offender from entry where key <> '' and actor not like 'job:%' group by actor, key
        having count(distinct member_uid) > 1 and bool_and(kind <> 'TRANSFER' and kind not like 'TRANSFER%')
      union all select 'entry ' || e.seq || ' of ' || e.member_uid from entry e where e.key <> '' and e.actor not like 'job:%'
        and e.at > clock() - interval '29 days' and e.at <= clock()
        and not exists (select from answered_key k where k.principal = e.actor and k.key = e.key)`,
  },
  {
    id: '5a',
    says: 'an accrual gave its points once, and was clawed back no more than it gave',
    offenders: `select 'accrual ' || a.id as offender from accrual a left join (
        select cause_id, sum(points) as points, count(*) as n from entry where kind = 'ACCRUAL' and cause_kind = 'ACCRUAL' group by cause_id) e on e.cause_id = a.id::text
      where a.points <> coalesce(e.points, 0) or coalesce(e.n, 0) > 1 or a.clawed > a.points
      union all select 'entry ' || e.seq || ' of ' || e.member_uid from entry e where e.kind = 'ACCRUAL' and e.cause_kind = 'ACCRUAL'
        and not exists (select from accrual a where a.id::text = e.cause_id and a.member_uid = e.member_uid and a.programme = e.programme)`,
  },
  {
    id: '6',
    says: 'a redemption was captured once at the most, and burned exactly what its hold took, lot by lot',
    offenders: `select 'redemption ' || coalesce(h.redemption, b.redemption) as offender from (
        select h.member_uid, h.redemption::text as redemption, hl.lot, sum(hl.points) as points from hold h join taken_part hl on hl.member_uid = h.member_uid and hl.hold = h.id
        where h.state = 'CAPTURED' group by 1, 2, 3) h
      full join (
        select e.member_uid, e.cause_id as redemption, p.lot, -sum(p.points) as points from entry e join posting p on p.member_uid = e.member_uid and p.seq = e.seq
        where e.kind = 'BURN' and e.cause_kind = 'REDEMPTION' and p.account = 'lot' group by 1, 2, 3) b using (member_uid, redemption, lot)
      where h.points is distinct from b.points
      union all select 'redemption ' || redemption from hold where state = 'CAPTURED' group by redemption having count(*) > 1`,
  },
  {
    id: '6a',
    says: 'legs of a hold are what it takes of lots; one that is over says when it ended',
    offenders: `select 'hold ' || coalesce(l.hold, p.hold) as offender from taken_leg l full join (
        select hold, programme, sum(points) as points, sum(returned) as returned from taken_part group by hold, programme) p using (hold, programme)
      where l.points is distinct from p.points or l.returned_points is distinct from p.returned
      union all select 'hold ' || id from hold where open <> (ended_at is null)`,
  },
  {
    id: '7',
    says: 'what came back of a redemption is what its returns say, and never more than was redeemed',
    offenders: `select 'redemption ' || coalesce(taken.redemption, back.redemption) as offender from (
        select h.redemption, l.programme, sum(l.returned_points) as points, sum(l.points) as most from hold h join taken_leg l on l.member_uid = h.member_uid and l.hold = h.id
        where h.state = 'CAPTURED' group by 1, 2) taken
      full join (
        select r.redemption, e.programme, sum(e.points) as points from entry e join point_return r on r.id::text = e.cause_id
        where e.kind = 'RETURN' and e.cause_kind = 'RETURN' group by 1, 2) back using (redemption, programme)
      where coalesce(taken.points, 0) <> coalesce(back.points, 0) or taken.points > taken.most
      union all select 'redemption ' || redemption from point_return group by redemption having sum(cash_fen) > max(cash_total_fen)`,
  },
  {
    id: '7a',
    says: 'what refunds paid for is no more than they were, nor for more points than came due, and what came due is what returns say',
    offenders: `select 'return ' || k.return as offender from (select return, sum(fen) as fen from kept_points group by return) k
        left join point_return r on r.id = k.return where r.id is null or k.fen > r.cash_fen
      union all select 'accrual ' || k.accrual from (select accrual, member_uid, sum(points) as points from kept_points group by 1, 2) k
        left join accrual a on a.id = k.accrual and a.member_uid = k.member_uid where a.id is null or k.points > a.clawed
      union all select 'accrual ' || id from accrual a where clawed <>
        coalesce((select sum(c.points) from clawed_points c where c.member_uid = a.member_uid and c.accrual = a.id), 0)`,
  },
];

/** Between partners. */
const clearing: readonly Invariant[] = [
  {
    id: '11',
    says: "what issuers owe is what captured holds covered at other partners' shops",
    offenders: `select 'redemption ' || coalesce(h.redemption, o.redemption) as offender from (
        select h.redemption, l.programme, h.acceptor, p.issuer, sum(l.fen) as fen, sum(l.points) as points from hold h join taken_leg l on l.member_uid = h.member_uid and l.hold = h.id
          join programme p on p.id = l.programme where h.state = 'CAPTURED' and p.issuer <> h.acceptor and l.fen > 0 group by 1, 2, 3, 4) h
      full join (
        select redemption, programme, creditor as acceptor, debtor as issuer, sum(fen) as fen, sum(points) as points from obligation
        where kind = 'REDEMPTION' group by 1, 2, 3, 4) o using (redemption, programme, acceptor, issuer)
      where h.fen is distinct from o.fen or h.points is distinct from o.points`,
  },
  {
    id: '11a',
    says: "what shops owe for points that they let others' issue is what accruals say, for the points that no pack covered",
    offenders: `select 'accrual ' || coalesce(a.id::text, o.cause) as offender from (
        select a.id, a.owed_fen, a.partner, a.points - coalesce(d.points, 0) as points from accrual a left join (
          select accrual, sum(points) as points from pack_draw where points > 0 group by accrual) d on d.accrual = a.id where a.owed_fen > 0) a
      full join (select * from obligation where kind = 'ACCRUAL') o on o.cause = a.id::text
      where a.owed_fen is distinct from o.fen or a.points is distinct from o.points or a.partner is distinct from o.debtor`,
  },
  {
    id: '11h',
    says: 'an issuer gives back the price of the points that were recovered, and of no others',
    offenders: `select 'accrual ' || a.id as offender from accrual a
        left join (select accrual, sum(points) as points from kept_points group by accrual) k on k.accrual = a.id
        join obligation o on o.kind = 'ACCRUAL' and o.cause = a.id::text
        left join (select reverses, sum(fen) as fen from obligation where kind = 'RETURN' group by reverses) r on r.reverses = o.id
      where coalesce(r.fen, 0) <> div(a.owed_fen::numeric * (a.clawed - coalesce(k.points, 0)), a.points)`,
  },
  {
    id: '11b',
    says: 'a reversal goes the other way, and all of them take back no more than was owed, fee included',
    offenders: `select 'obligation ' || o.id as offender from obligation o join (
        select reverses, sum(fen) as fen, sum(fee_fen) as fee, sum(points) as points, min(debtor) as least, max(debtor) as most from obligation
        where reverses is not null group by reverses) r on r.reverses = o.id
      where r.fen > o.fen or r.fee > o.fee_fen or r.points > o.points or r.least <> o.creditor or r.most <> o.creditor
        or (r.fen = o.fen and r.fee <> o.fee_fen)`,
  },
  {
    id: '11c',
    says: 'a closed period says what its obligations net to, and sums to 0',
    offenders: `with position as (
        select period, creditor as partner, fen as receivable, 0 as payable,
               case when (fee_borne_by = 'ACCEPTOR') = (kind <> 'RETURN') then case when kind = 'RETURN' then -fee_fen else fee_fen end else 0 end as fee from obligation
        union all select period, debtor, 0, fen,
               case when (fee_borne_by = 'ACCEPTOR') <> (kind <> 'RETURN') then case when kind = 'RETURN' then -fee_fen else fee_fen end else 0 end from obligation
        union all select period, 'operator', case when kind <> 'RETURN' then fee_fen else 0 end, case when kind = 'RETURN' then fee_fen else 0 end, 0 from obligation where fee_fen > 0),
      net as (select period, partner, sum(receivable) as receivable, sum(payable) as payable, sum(fee) as fee from position
        where period in (select id from settlement_period) group by period, partner)
      select 'period ' || coalesce(n.period, s.period) || ' ' || coalesce(n.partner, s.partner) as offender from net n full join settlement_net s using (period, partner)
      where n.receivable is distinct from s.receivable_fen or n.payable is distinct from s.payable_fen or n.fee is distinct from s.fee_fen
      union all select 'period ' || period from settlement_net group by period having sum(net_fen) <> 0`,
  },
  {
    id: '11d',
    says: 'what is left of a pack is what was bought less what was drawn and did not come back, and never below 0 or above the pack',
    offenders: `select 'pack ' || p.id as offender from pack p left join (select pack, sum(points) as points from pack_draw group by pack) d on d.pack = p.id
      where p.left_points <> p.points - coalesce(d.points, 0) or p.left_points < 0 or p.left_points > p.points
      union all select 'pack ' || pack from pack_draw where pack not in (select id from pack)`,
  },
  {
    id: '11e',
    says: 'a pack is owed once, by who bought it to who issues the points, at its price',
    offenders: `select 'pack ' || coalesce(p.id::text, o.cause) as offender from (select p.*, g.issuer from pack p join programme g on g.id = p.programme where p.price_fen > 0) p
      full join (select * from obligation where kind = 'PACK') o on o.cause = p.id::text
      where p.price_fen is distinct from o.fen or p.partner is distinct from o.debtor or p.issuer is distinct from o.creditor
        or p.points is distinct from o.points or p.programme is distinct from o.programme
      union all select 'pack ' || cause from obligation where kind = 'PACK' group by cause having count(*) > 1`,
  },
  {
    id: '11f',
    says: "an accrual draws on its own partner's packs of its programme, no more than it gave, and gives back the share that was recovered",
    offenders: `select 'accrual ' || d.accrual as offender from (
        select accrual, sum(points) filter (where points > 0) as drawn, coalesce(-sum(points) filter (where points < 0), 0) as back from pack_draw group by accrual) d
      left join accrual a on a.id = d.accrual
      left join (select accrual, sum(points) as points from kept_points group by accrual) k on k.accrual = d.accrual
      where a.id is null or d.drawn > a.points or d.back <> div(d.drawn * (a.clawed - coalesce(k.points, 0))::numeric, a.points)
      union all select 'accrual ' || d.accrual from pack_draw d join pack p on p.id = d.pack join accrual a on a.id = d.accrual
      where (p.partner, p.programme) <> (a.partner, a.programme)`,
  },
  {
    id: '11g',
    says: 'what a limited partner has used is what it owes net over all periods that were not paid',
    offenders: `select 'partner ' || partner as offender from credit_now where used_fen <> owed_unsettled(partner)
      union all select 'partner ' || partner from credit_limit where partner not in (select name from clearing_watch)
        or partner not in (select partner from credit_position)`,
  },
  {
    id: '13',
    says: 'fees are whole fen rounded down of what was owed, at the rate of the hold',
    offenders: `select 'obligation ' || o.id as offender from obligation o join hold h on h.redemption = o.redemption and h.state = 'CAPTURED'
      where o.kind = 'REDEMPTION' and o.fee_fen <> o.fen * h.fee_basis_points / 10000
      union all select 'obligation ' || id from obligation where fee_fen > fen or (kind = 'ACCRUAL' and fee_fen <> 0)`,
  },
];

/** Numbered as the list of promises numbers them; 12 speaks of an outbox, and there is none to speak of yet. */
export const invariants: readonly Invariant[] = [...journal, ...lots, ...once, ...clearing];
