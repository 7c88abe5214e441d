import { Migration } from '@mikro-orm/migrations';

/** Changes that wait for a second person. What is decided never changes again. */
const approvals = [
  `create table approval (
    id uuid primary key, kind text not null, partner text references partner, operator_only boolean not null, reason text not null,
    body text not null, state text not null default 'PROPOSED' check (state in ('PROPOSED', 'APPROVED', 'REJECTED')),
    proposed_by text not null, proposed_at timestamptz not null, decided_by text, decided_at timestamptz,
    check ((state = 'PROPOSED') = (decided_by is null)), check ((decided_by is null) = (decided_at is null)),
    check (state <> 'APPROVED' or decided_by <> proposed_by))`,
  `create index approval_waiting on approval (id) where state = 'PROPOSED'`,
  `create trigger decided_approval before update or delete on approval
   for each row when (old.state <> 'PROPOSED') execute function refuse_change()`,
];

/** What points are worth and cost from an instant on; the programme's own row says what they were at the beginning. */
const rates = [
  `create table programme_rate (
    id uuid primary key, programme text not null references programme, valid_from timestamptz not null,
    value_fen bigint not null check (value_fen > 0), value_points bigint not null check (value_points > 0),
    issue_price_fen bigint not null check (issue_price_fen >= 0), issue_price_points bigint not null check (issue_price_points > 0))`,
  `create index programme_rate_dated on programme_rate (programme, valid_from desc, id desc)`,
  `create trigger append_only before update or delete on programme_rate for each row execute function refuse_change()`,
];

/** Rights beside the token: what was granted to a partner's system, and what was withdrawn from a partner or a person. */
const rights = [
  `create table partner_grant (
    id uuid primary key, partner text not null references partner, scope text not null, class text,
    valid_from timestamptz not null, until timestamptz, granted_by text not null, check (until is null or until > valid_from))`,
  `create index partner_grant_partner on partner_grant (partner, until)`,
  `create table withdrawn_role (
    id uuid primary key, partner text references partner, subject text, scope text not null, reason text not null,
    withdrawn_by text not null, withdrawn_at timestamptz not null, ended_at timestamptz, check ((partner is null) <> (subject is null)))`,
  `create unique index withdrawn_role_partner on withdrawn_role (partner, scope) where partner is not null and ended_at is null`,
  `create unique index withdrawn_role_subject on withdrawn_role (subject, scope) where subject is not null and ended_at is null`,
];

const settings = [`create table setting (name text primary key, value bigint not null)`];

export class LedgerApprovals20261122 extends Migration {
  override up(): void {
    for (const statement of [...approvals, ...rates, ...rights, ...settings]) this.addSql(statement);
  }
}
