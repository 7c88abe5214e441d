import { Migration } from '@mikro-orm/migrations';

/** What auditors read of holds and keys, in rows. */
const views = [
  `create view taken_leg as select h.member_uid, h.id as hold, l.programme, l.points, l.fen,
       coalesce(h.returned_points[l.n], 0) as returned_points, coalesce(h.returned_fen[l.n], 0) as returned_fen
     from hold h cross join lateral unnest(h.programmes, h.points, h.fen) with ordinality l (programme, points, fen, n)`,
  `create view taken_part as select h.member_uid, h.id as hold, h.programmes[l.leg] as programme, l.lot, l.points, coalesce(h.lot_returned[l.n], 0) as returned
     from hold h cross join lateral unnest(h.lots, h.lot_leg, h.lot_points) with ordinality l (lot, leg, points, n)`,
  `create view answered_key as select principal, key from idempotency where answer is not null union all select principal, key from write_key`,
];

/** Roots sign all chains at once. They and the heads under them are appended and never changed. */
export class LedgerProof20261121Roots extends Migration {
  override up(): void {
    for (const view of views) this.addSql(view);
    // The hash that an entry should have after the one before it.
    this.addSql(`create function entry_hash_of(prev bytea, e entry) returns bytea stable parallel safe language sql as $$
      select entry_hash(prev, e.member_uid, e.seq, e.kind, e.programme, e.points, e.at, e.cause_kind, e.cause_id,
        postings_text(e.lots, e.lot_points, e.counter, e.points)) $$`);
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
      from entry e left join accrual a on a.id = case when e.cause_kind = 'ACCRUAL' and e.cause_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then e.cause_id::uuid end
      where e.member_uid = member and e.seq > after and e.seq <= upto $$`);
    for (const table of ['root', 'root_head']) {
      this.addSql(`create trigger append_only before update or delete on ${table} for each row execute function refuse_change()`);
      this.addSql(`create trigger never_emptied before truncate on ${table} for each statement execute function refuse_change()`);
    }
  }
}
