import { Migration } from '@mikro-orm/migrations';

/** Partners and their programmes; the operator is a partner from the start, for it receives the fees. */
const partners = [
  `create table partner (
    id text primary key, name jsonb not null, trade text, earn_programme text,
    fee_basis_points integer not null check (fee_basis_points between 0 and 10000),
    fee_borne_by text not null check (fee_borne_by in ('ACCEPTOR', 'ISSUER')), suspended boolean not null default false)`,
  `create table programme (
    id text primary key, issuer text not null references partner, name jsonb not null,
    value_fen bigint not null check (value_fen > 0), value_points bigint not null check (value_points > 0),
    zone text not null, expiry_mode text not null check (expiry_mode in ('NONE', 'ROLLING')), expiry_months integer,
    expiry_round_to_month_end boolean not null,
    acceptance_scope text not null check (acceptance_scope in ('ALL', 'GROUP', 'SINGLE')), acceptance_partners text[] not null,
    return_grace_days integer check (return_grace_days >= 0),
    issue_price_fen bigint not null check (issue_price_fen >= 0), issue_price_points bigint not null check (issue_price_points > 0),
    check ((expiry_mode = 'ROLLING') = (expiry_months is not null)))`,
  `create index programme_issuer on programme (issuer)`,
  `alter table partner add foreign key (earn_programme) references programme`,
  `insert into partner (id, name, fee_basis_points, fee_borne_by)
   values ('operator', '{"zh": "平台运营方", "en": "Operator"}', 0, 'ACCEPTOR')`,
];

/** Rules and what they gave. A purchase accrues once, whatever key it comes under. */
const accruals = [
  `create table accrual_rule (
    id uuid primary key, programme text not null references programme, name text not null, version integer not null,
    kind text not null check (kind in ('BASE', 'BONUS')), rate_points bigint, rate_fen bigint, bonus_basis_points integer,
    basis text not null check (basis in ('GROSS', 'NET')), category text, certificate text, card_product text, event text,
    valid_from timestamptz, valid_until timestamptz, drafted_by text not null, drafted_at timestamptz not null,
    published_by text, published_at timestamptz, check (published_by <> drafted_by), check (published_at is null or valid_from is not null),
    unique (programme, name, version))`,
  `create function refuse_change() returns trigger language plpgsql as
   $$ begin raise exception '% never changes what it says', tg_table_name using errcode = 'restrict_violation'; end $$`,
  `create trigger published_rule before update or delete on accrual_rule
   for each row when (old.published_at is not null) execute function refuse_change()`,
  `create table accrual (
    id uuid primary key, member_uid uuid not null, programme text not null references programme, partner text not null references partner,
    purchase_ref text not null, points bigint not null check (points >= 0), clawed bigint not null default 0, owed_fen bigint not null,
    at timestamptz not null, redemption uuid, lines jsonb not null, rules jsonb not null, body_hash text not null,
    check (clawed between 0 and points), unique (partner, purchase_ref))`,
  `create index accrual_redemption on accrual (redemption) where redemption is not null`,
];

/**
 * Points. The member comes first in every key of the hot path, and its account row is locked for every write on it. No index carries a
 * column that a burn moves: \`open\` flips once per lot. \`remaining\` includes what is held.
 */
const points = [
  `create table account (
    member_uid uuid primary key, seq bigint not null default 0, frozen boolean not null default false) with (fillfactor = 90)`,
  `create table wallet (
    member_uid uuid not null, programme text not null references programme, arrears bigint not null default 0 check (arrears >= 0),
    primary key (member_uid, programme)) with (fillfactor = 90)`,
  `create table lot (
    member_uid uuid not null, id uuid not null, programme text not null, points bigint not null check (points > 0),
    remaining bigint not null, held bigint not null default 0, earned_at timestamptz not null, usable_from timestamptz not null,
    expires_at timestamptz, extended boolean not null default false, accrual uuid, open boolean not null default true,
    primary key (member_uid, id), check (remaining between 0 and points), check (held between 0 and remaining),
    check (open = (remaining > 0))) with (fillfactor = 90)`,
  `create index lot_open on lot (member_uid, programme) where open`,
  `create index lot_expiry on lot (expires_at) where open and expires_at is not null`,
  `create index lot_accrual on lot (accrual) where accrual is not null`,
  `create table hold (
    id uuid primary key, member_uid uuid not null, redemption uuid not null, acceptor text not null references partner,
    fee_basis_points integer not null, fee_borne_by text not null,
    state text not null check (state in ('OPEN', 'PINNED', 'CAPTURED', 'RELEASED', 'EXPIRED')),
    expires_at timestamptz, placed_at timestamptz not null, ended_at timestamptz,
    open boolean generated always as (state in ('OPEN', 'PINNED')) stored)`,
  `create index hold_member on hold (member_uid) where open`,
  `create index hold_expiry on hold (expires_at) where open and expires_at is not null`,
  `create index hold_redemption on hold (redemption)`,
  `create unique index hold_captured on hold (redemption) where state = 'CAPTURED'`,
  `create table hold_leg (
    hold uuid not null references hold, programme text not null references programme, points bigint not null check (points > 0),
    fen bigint not null check (fen >= 0), returned_points bigint not null default 0, returned_fen bigint not null default 0,
    primary key (hold, programme), check (returned_points between 0 and points), check (returned_fen between 0 and fen))`,
  `create table hold_lot (
    member_uid uuid not null, hold uuid not null references hold, n integer not null, programme text not null, lot uuid not null,
    points bigint not null check (points > 0), expires_at timestamptz, returned bigint not null default 0,
    primary key (member_uid, hold, n), check (returned between 0 and points), foreign key (member_uid, lot) references lot)`,
  `create table point_return (
    id uuid primary key, member_uid uuid not null, redemption uuid not null, at timestamptz not null,
    cash_fen bigint not null, cash_total_fen bigint not null, body_hash text not null, answer text not null)`,
  `create index point_return_redemption on point_return (redemption)`,
  // Lots as they are at this instant: points of a lot or a hold that ran out are gone or back although no job has run yet.
  `create view lot_now as
   select l.member_uid, l.id, l.programme, l.points, l.earned_at, l.usable_from, l.expires_at, l.accrual, l.open, l.remaining,
          l.held - lapsed.points as held,
          case when l.expires_at <= clock() then 0 else l.remaining - l.held + lapsed.live end as free
   from lot l cross join lateral (
     select coalesce(sum(hl.points), 0)::bigint as points,
            coalesce(sum(hl.points) filter (where hl.expires_at is null or hl.expires_at > clock()), 0)::bigint as live
     from hold h join hold_lot hl on hl.member_uid = h.member_uid and hl.hold = h.id
     where h.member_uid = l.member_uid and h.open and h.expires_at <= clock() and hl.lot = l.id) lapsed`,
];

/** The journal: what happened, in double entry, for ever. */
const journal = [
  `create table entry (
    member_uid uuid not null, seq bigint not null, id uuid not null, kind text not null, programme text not null, points bigint not null,
    at timestamptz not null, cause_kind text not null, cause_id text not null, actor text not null, key text not null,
    primary key (member_uid, seq))`,
  `create table posting (
    member_uid uuid not null, seq bigint not null, n integer not null, programme text not null, account text not null, lot uuid,
    points bigint not null check (points <> 0), primary key (member_uid, seq, n), check ((account = 'lot') = (lot is not null)),
    foreign key (member_uid, seq) references entry)`,
  ...['entry', 'posting'].flatMap((table) => [
    `create trigger append_only before update or delete on ${table} for each row execute function refuse_change()`,
    `create trigger never_emptied before truncate on ${table} for each statement execute function refuse_change()`,
  ]),
];

export class Ledger20261121Initial extends Migration {
  override up(): void {
    for (const statement of [...partners, ...accruals, ...points, ...journal]) this.addSql(statement);
  }
}
