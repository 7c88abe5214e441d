import { Migration } from '@mikro-orm/migrations';

export class Members20261122Tiers extends Migration {
  override up(): void {
    this.addSql(`create table tier_ladder (
      partner text not null, version integer not null, tiers jsonb not null, window_days integer not null check (window_days between 1 and 366),
      ratio_basis_points integer not null check (ratio_basis_points >= 10000), minimum_fen bigint not null check (minimum_fen >= 0),
      upgrade text not null, at timestamptz not null, primary key (partner, version))`);
    this.addSql(`create table member_tier (
      member_uid uuid not null references member, partner text not null, tier text not null, since timestamptz not null,
      reasons jsonb not null, automated boolean not null, primary key (member_uid, partner))`);
    this.addSql(`create table tier_proposal (
      id uuid primary key, member_uid uuid not null references member, partner text not null, from_tier text not null, to_tier text not null,
      ratio_basis_points bigint not null, reasons jsonb not null, state text not null, at timestamptz not null, decided_at timestamptz,
      decided_by text)`);
    // One open proposal per member and partner, however often and from wherever the windows are looked at.
    this.addSql(`create unique index tier_proposal_open on tier_proposal (member_uid, partner) where state = 'OPEN'`);
    this.addSql(`create index tier_proposal_partner on tier_proposal (partner, id desc)`);
    this.addSql(`create table decision_opt_out (
      member_uid uuid not null references member, partner text not null, at timestamptz not null, primary key (member_uid, partner))`);
  }
}
