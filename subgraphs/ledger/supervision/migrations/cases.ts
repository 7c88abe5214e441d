import { Migration } from '@mikro-orm/migrations';

/** Look-through supervision: cases, whom they are about, every step of them, and what fines may come of them. */
export class LedgerSupervision20261122Cases extends Migration {
  override up(): void {
    this.addSql(`create table supervision_terms (
      id bigint generated always as identity primary key, change uuid not null, terms text not null, at timestamptz not null)`);
    this.addSql(`create table look_through_case (
      id uuid primary key, kind text not null check (kind in ('PATTERN', 'REPORT', 'CAMPAIGN')),
      state text not null default 'OPEN' check (state in ('OPEN', 'ESCALATED', 'CLEARED')), hub uuid, campaign text,
      reason text not null, signals text not null, score integer not null, opened_by text not null, opened_at timestamptz not null,
      held_by text, escalated_to text, cleared_at timestamptz, check ((kind = 'PATTERN') = (hub is not null)),
      check ((kind = 'CAMPAIGN') = (campaign is not null)), check ((state = 'CLEARED') = (cleared_at is not null)),
      check (state <> 'CLEARED' or held_by is null))`);
    this.addSql(`create unique index case_of_hub on look_through_case (hub) where state <> 'CLEARED'`);
    this.addSql(`create index case_newest on look_through_case (state, id)`);
    this.addSql(`create table case_member (
      case_id uuid not null references look_through_case, member_uid uuid not null, held boolean not null default false,
      primary key (case_id, member_uid))`);
    this.addSql(`create index case_member_uid on case_member (member_uid)`);
    // \`account.frozen\` is what every write looks at; it stays as long as any case holds the member, whoever else would lift it.
    this.addSql(`create function keep_held() returns trigger language plpgsql as $$ begin
      new.frozen := new.frozen or exists (select from case_member where member_uid = new.member_uid and held);
      return new; end $$`);
    this.addSql(`create trigger keep_held before update of frozen on account for each row
      when (old.frozen and not new.frozen) execute function keep_held()`);
    this.addSql(`create table case_partner (
      case_id uuid not null references look_through_case, partner text not null references partner, primary key (case_id, partner))`);
    this.addSql(`create table case_step (
      id uuid primary key, case_id uuid not null references look_through_case, step text not null, by text not null, at timestamptz not null,
      reason text not null)`);
    this.addSql(`create index case_step_case on case_step (case_id, id)`);
    this.addSql(`create table penalty_rule (
      id text not null, version integer not null check (version > 0), reference text not null, least_multiple integer not null check (least_multiple >= 0),
      most_multiple integer not null check (most_multiple >= least_multiple), most_without_gains_fen bigint not null check (most_without_gains_fen >= 0),
      set_by text not null, set_at timestamptz not null, primary key (id, version))`);
    this.addSql(`insert into penalty_rule values ('CONSUMER_RIGHTS_56', 1,
      '消费者权益保护法第五十六条 / Consumer Rights Protection Law, art. 56 (†: to be checked by counsel)', 1, 10, 50000000, 'operator', clock())`);
    this.addSql(`create table case_fine (
      case_id uuid primary key references look_through_case, rule text not null, rule_version integer not null,
      illegal_gains_fen bigint not null check (illegal_gains_fen >= 0), fen bigint not null check (fen >= 0),
      least_fen bigint not null, most_fen bigint not null check (fen between least_fen and most_fen), recorded_by text not null,
      recorded_at timestamptz not null, foreign key (rule, rule_version) references penalty_rule)`);
    for (const table of ['supervision_terms', 'case_step', 'penalty_rule', 'case_fine'])
      this.addSql(`create trigger append_only before update or delete on ${table} for each row execute function refuse_change()`);
    // The watch looks at a window of the whole journal; a block range index costs a posting nearly nothing.
    this.addSql(`create index entry_at on entry using brin (at) with (pages_per_range = 16, autosummarize = on)`);
  }
}
