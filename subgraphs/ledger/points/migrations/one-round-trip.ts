import { Migration } from '@mikro-orm/migrations';
import { endHold, giveBack, lapseHolds } from '../sql/end-hold.sql.js';
import { appendEntry, entryHash, postingsText, uuidV7 } from '../sql/entry-hash.sql.js';
import { iso, keepAnswer, missing, owe, owedFor, placed, takePoints } from '../sql/take-points.sql.js';
import { takePointsBatch } from '../sql/take-points-batch.sql.js';

/**
 * A redemption's rows as few and narrow as they can be: an entry carries its postings, a hold its legs and parts. \`posting\` is a view
 * of the journal: every entry's lots on one side, \`counter\` with the rest on the other, so that no entry can be out of balance but by its
 * own sum. No row of the hot path refers to a partner or programme by a foreign key: its check would lock the row of a hot merchant.
 */
const journal = [
  `alter table account add column head bytea, add column lapses_at timestamptz`,
  `comment on column account.lapses_at is 'No open hold of the member runs out before this; null: none runs out.'`,
  `alter table entry add column counter text, add column lots uuid[], add column lot_points bigint[], add column hash bytea`,
  `alter table entry disable trigger append_only`,
  `update entry e set counter = p.counter, lots = p.lots, lot_points = p.points from (
     select member_uid, seq, max(account) filter (where lot is null) as counter,
       coalesce(array_agg(lot order by n) filter (where lot is not null), '{}') as lots,
       coalesce(array_agg(points order by n) filter (where lot is not null), '{}') as points
     from posting group by member_uid, seq) p where p.member_uid = e.member_uid and p.seq = e.seq`,
  `do $$
   declare
     e record;
     v_head bytea;
   begin
     for e in select * from entry order by member_uid, seq loop
       if e.seq = 1 then v_head := null; end if;
       v_head := entry_hash(v_head, e.member_uid, e.seq, e.kind, e.programme, e.points, e.at, e.cause_kind, e.cause_id,
         postings_text(e.lots, e.lot_points, e.counter, e.points));
       update entry set hash = v_head where member_uid = e.member_uid and seq = e.seq;
       update account set head = v_head where member_uid = e.member_uid;
     end loop;
   end $$`,
  `alter table entry enable trigger append_only`,
  `alter table entry alter column counter set not null, alter column lots set not null, alter column lot_points set not null,
     alter column hash set not null`,
  `drop table posting`,
  `create view posting as
   select e.member_uid, e.seq, (p.n - 1)::integer as n, e.programme, 'lot'::text as account, p.lot, p.points
     from entry e cross join lateral unnest(e.lots, e.lot_points) with ordinality p (lot, points, n)
   union all
   select member_uid, seq, cardinality(lots), programme, counter, null, -points from entry`,
  `create trigger append_only instead of update or delete on posting for each row execute function refuse_change()`,
];

const holds = [
  `drop view lot_now`,
  `alter table hold drop constraint hold_acceptor_fkey, drop constraint hold_state_check, alter column open drop expression`,
  `alter table hold alter column open set not null,
     add column programmes text[], add column points bigint[], add column fen bigint[],
     add column returned_points bigint[], add column returned_fen bigint[],
     add column lots uuid[], add column lot_leg integer[], add column lot_points bigint[], add column lot_expires_at timestamptz[],
     add column lot_returned bigint[]`,
  `comment on column hold.returned_points is 'By leg, as returned_fen; lot_returned by lot. Null until something was returned.'`,
  `comment on column hold.lot_expires_at is 'Of the lots when the hold was placed: released later than that, their points are gone. Null: burned at once.'`,
  `update hold h set programmes = l.programmes, points = l.points, fen = l.fen, returned_points = l.returned_points, returned_fen = l.returned_fen
   from (select h.id, coalesce(array_agg(l.programme order by l.programme) filter (where l.hold is not null), '{}') as programmes,
           coalesce(array_agg(l.points order by l.programme) filter (where l.hold is not null), '{}') as points,
           coalesce(array_agg(l.fen order by l.programme) filter (where l.hold is not null), '{}') as fen,
           array_agg(l.returned_points order by l.programme) filter (where l.hold is not null) as returned_points,
           array_agg(l.returned_fen order by l.programme) filter (where l.hold is not null) as returned_fen
         from hold h left join hold_leg l on l.hold = h.id group by h.id) l where l.id = h.id`,
  `update hold h set lots = l.lots, lot_leg = l.legs, lot_points = l.points, lot_expires_at = l.expires_at, lot_returned = l.returned
   from (select h.id, coalesce(array_agg(l.lot order by l.n) filter (where l.hold is not null), '{}') as lots,
           coalesce(array_agg(array_position(h.programmes, l.programme) order by l.n) filter (where l.hold is not null), '{}') as legs,
           coalesce(array_agg(l.points order by l.n) filter (where l.hold is not null), '{}') as points,
           coalesce(array_agg(l.expires_at order by l.n) filter (where l.hold is not null), '{}') as expires_at,
           array_agg(l.returned order by l.n) filter (where l.hold is not null) as returned
         from hold h left join hold_lot l on l.hold = h.id group by h.id) l where l.id = h.id`,
  `alter table hold alter column programmes set not null, alter column points set not null, alter column fen set not null,
     alter column lots set not null, alter column lot_leg set not null, alter column lot_points set not null`,
  `drop table hold_leg, hold_lot`,
  `update account a set lapses_at = (select min(expires_at) from hold h where h.member_uid = a.member_uid and h.open)`,
  // Every hold is in one of two indexes by redemption, so that points burned at once cost one.
  `drop index hold_redemption, hold_captured`,
  `create unique index hold_captured on hold (redemption, member_uid) where state = 'CAPTURED'`,
  `create index hold_uncaptured on hold (redemption) where state <> 'CAPTURED'`,
];

/**
 * The database reads every check anew from its text in every statement, as it does the expression of a computed column: one check in a
 * table costs more than an index does. A domain's check it keeps, so no amount can go below zero; the rest the audit looks at,
 * as at what a return reverses, where a foreign key would cost every obligation that reverses nothing.
 */
export const checks = [
  `create domain amount as bigint check (value >= 0)`,
  `create domain positive_amount as bigint check (value > 0)`,
  `alter table lot drop constraint lot_points_check, drop constraint lot_check, drop constraint lot_check1, drop constraint lot_check2,
     alter column remaining type amount, alter column held drop default, alter column held type amount, alter column held set default 0`,
  // In the order in which lots are spent, so that the first ones are found without sorting the others.
  `drop index lot_open`,
  `create index lot_open on lot (member_uid, programme, expires_at, earned_at, id) where open`,
  `alter table obligation drop constraint if exists obligation_kind_check, drop constraint obligation_check, drop constraint obligation_points_check,
     drop constraint obligation_fen_check, drop constraint obligation_fee_fen_check, drop constraint obligation_fee_borne_by_check,
     drop constraint obligation_check1, drop constraint obligation_reverses_fkey, alter column points type amount, alter column fen type positive_amount, alter column fee_fen type amount,
     add check (creditor <> debtor and (reverses is null) = (kind <> 'RETURN'))`,
];

/** As before, over the holds' new form. */
export const views = [
  `create view lot_now as
   select l.member_uid, l.id, l.programme, l.points, l.earned_at, l.usable_from, l.expires_at, l.accrual, l.open, l.remaining,
          l.held - lapsed.points as held,
          case when l.expires_at <= clock() then 0 else l.remaining - l.held + lapsed.live end as free
   from lot l cross join lateral (
     select coalesce(sum(hl.points), 0)::bigint as points,
            coalesce(sum(hl.points) filter (where hl.expires_at is null or hl.expires_at > clock()), 0)::bigint as live
     from hold h cross join lateral unnest(h.lots, h.lot_points, h.lot_expires_at) hl (lot, points, expires_at)
     where h.member_uid = l.member_uid and h.open and h.expires_at <= clock() and hl.lot = l.id) lapsed`,
];

/** Keys of the hot path belong to the member, whose lock settles who came first; time-ordered keys come first in the index. */
const keys = [
  `create table write_key (
    key text not null, principal text not null, member_uid uuid not null, body_hash bytea not null, created_at timestamptz not null,
    answer text not null, primary key (key, principal, member_uid))`,
  `insert into write_key (key, principal, member_uid, body_hash, created_at, answer)
   select i.key, i.principal, h.member_uid, decode(i.body_hash, 'hex'), i.created_at, i.answer
   from idempotency i join hold h on h.id = (i.answer::json ->> 'hold')::uuid
   where i.operation in ('placeHold', 'pinHold', 'captureHold', 'releaseHold') and i.answer is not null`,
];

export const functions = [iso, placed, missing, owe, owedFor, keepAnswer, giveBack, lapseHolds, takePoints, takePointsBatch, endHold];

export class LedgerPoints20261121OneRoundTrip extends Migration {
  override up(): void {
    for (const statement of [
      entryHash,
      postingsText,
      uuidV7,
      ...journal,
      appendEntry,
      ...holds,
      ...checks,
      ...views,
      ...keys,
      ...functions,
    ])
      this.addSql(statement);
  }
}
