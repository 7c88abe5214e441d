import { Migration } from '@mikro-orm/migrations';

const rules = [
  `alter table accrual_rule drop constraint accrual_rule_check3`,
  `alter table accrual_rule add column tier text, add column claim text, add column legal_references text[] not null default '{}',
     add column transaction_cap_points bigint check (transaction_cap_points > 0), add column daily_cap_points bigint check (daily_cap_points > 0),
     add column yearly_cap_points bigint check (yearly_cap_points > 0), add column balance_cap_points bigint check (balance_cap_points > 0),
     add column pending_days integer check (pending_days > 0), add column pending_until timestamptz, add column pending_event text,
     add column pending_lapse_days integer check (pending_lapse_days > 0),
     add check (num_nonnulls(pending_days, pending_until, pending_event) <= 1),
     add check (pending_lapse_days is null or pending_event is not null), add check (kind = 'EVENT' or event_points is null)`,
];

/** What the member was when it bought, so that other rules can be tried on the purchase later. */
const accruals = [`alter table accrual add column standing jsonb`, `create index accrual_programme on accrual (programme, at, id)`];

/** A lot that waits for an event is usable from the end of time until the event is confirmed. */
const lots = [`alter table lot add column waits_for text`];

const programmes = [
  `alter table programme drop constraint programme_expiry_mode_check, drop constraint programme_check`,
  `alter table programme add column kind text not null default 'POINTS' check (kind in ('POINTS', 'MILES')), add column disclosure jsonb,
     add column margin_guard_basis_points integer check (margin_guard_basis_points >= 0),
     add column expiry_round_to_year_end boolean not null default false, add column expiry_month_day text,
     add check (expiry_mode in ('NONE', 'ROLLING', 'CALENDAR', 'SLIDING')),
     add check (expiry_mode not in ('ROLLING', 'SLIDING') or expiry_months is not null),
     add check ((expiry_mode = 'CALENDAR') = (expiry_month_day is not null))`,
];

/** Tiers, caps, waiting points, claims and references of rules; further ways for points to run out. */
export class LedgerAccrual20261122FairRules extends Migration {
  override up(): void {
    for (const statement of [...rules, ...accruals, ...lots, ...programmes]) this.addSql(statement);
  }
}
