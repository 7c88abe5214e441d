import { Migration } from '@mikro-orm/migrations';

/** What auditors read of journal, holds and keys, in one form whether these are kept in rows or in arrays. */
const either = (table: string, ifRows: string, ifArrays: string): string => `do $migration$ begin
  if exists (select from pg_class where oid = to_regclass('${table}') and relkind in ('r', 'p')) then execute $rows$ ${ifRows} $rows$;
  else execute $arrays$ ${ifArrays} $arrays$; end if; end $migration$`;

/** What the hash of an entry says of its postings; the same text that the write path hashes. */
const saidAs = (query: string): string =>
  `create function entry_said(member uuid, entry_seq bigint) returns text stable parallel safe language sql as $$ ${query} $$`;
const said = either(
  'posting',
  saidAs(`select string_agg(concat_ws(':', account, coalesce(lot::text, ''), points), ';' order by n) from posting
    where member_uid = member and seq = entry_seq`),
  saidAs('select postings_text(lots, lot_points, counter, points) from entry where member_uid = member and seq = entry_seq'),
);
const leg = either(
  'hold_leg',
  `create view taken_leg as select h.member_uid, h.id as hold, l.programme, l.points, l.fen, l.returned_points, l.returned_fen
     from hold h join hold_leg l on l.hold = h.id`,
  `create view taken_leg as select h.member_uid, h.id as hold, l.programme, l.points, l.fen,
       coalesce(h.returned_points[l.n], 0) as returned_points, coalesce(h.returned_fen[l.n], 0) as returned_fen
     from hold h cross join lateral unnest(h.programmes, h.points, h.fen) with ordinality l (programme, points, fen, n)`,
);
const part = either(
  'hold_lot',
  'create view taken_part as select member_uid, hold, programme, lot, points, returned from hold_lot',
  `create view taken_part as select h.member_uid, h.id as hold, h.programmes[l.leg] as programme, l.lot, l.points, coalesce(h.lot_returned[l.n], 0) as returned
     from hold h cross join lateral unnest(h.lots, h.lot_leg, h.lot_points) with ordinality l (lot, leg, points, n)`,
);
const answered = `do $migration$ begin
  execute 'create view answered_key as select principal, key from idempotency where answer is not null'
    || case when to_regclass('write_key') is null then '' else ' union all select principal, key from write_key' end;
end $migration$`;

/** Roots sign all chains at once. They and the heads under them are appended and never changed. */
export class LedgerProof20261121Roots extends Migration {
  override up(): void {
    for (const view of [said, leg, part, answered]) this.addSql(view);
    // Which transaction wrote an entry: finds those since the last root without an order over all members. Order says nothing about time.
    this.addSql(`alter table entry add column xact bigint not null default pg_current_xact_id()::text::bigint`);
    this.addSql(`create index entry_xact on entry using brin (xact) with (pages_per_range = 16, autosummarize = on)`);
    this.addSql(`create table root (
      id bigint primary key check (id > 0), from_at timestamptz, to_at timestamptz not null, to_xact bigint not null,
      members bigint not null check (members > 0), entries bigint not null check (entries >= members), merkle_root bytea not null,
      previous_root bytea check ((previous_root is null) = (id = 1)), signature text, sealed_at timestamptz not null)`);
    this.addSql(`create table root_head (
      member_uid uuid not null, seq bigint not null, root bigint not null references root, after bigint not null check (after < seq),
      head bytea not null, details bytea not null, primary key (member_uid, seq))`);
    this.addSql(`create index root_head_root on root_head (root, member_uid)`);
    // What the chain leaves out of an entry, and the purchase behind it: who, under which key, which bill.
    this.addSql(`create function entry_details(member uuid, after bigint, upto bigint) returns bytea stable language sql as $$
      select sha256(convert_to(string_agg(concat_ws('|', e.seq, e.id, e.actor, e.key, a.partner, a.purchase_ref, a.points, extract(epoch from a.at)), ';'
                                          order by e.seq), 'UTF8'))
      from entry e left join accrual a on a.id = case when e.kind = 'ACCRUAL' and e.cause_kind = 'ACCRUAL' then e.cause_id::uuid end
      where e.member_uid = member and e.seq > after and e.seq <= upto $$`);
    for (const table of ['root', 'root_head']) {
      this.addSql(`create trigger append_only before update or delete on ${table} for each row execute function refuse_change()`);
      this.addSql(`create trigger never_emptied before truncate on ${table} for each statement execute function refuse_change()`);
    }
  }
}
