import { Migration } from '@mikro-orm/migrations';

export class Members20261121Consents extends Migration {
  override up(): void {
    this.addSql(`create table consent (
      id uuid primary key, member_uid uuid not null references member, recipient text not null, purpose text not null, classes text[] not null,
      valid_from timestamptz not null, valid_until timestamptz, withdrawn_at timestamptz, guardian boolean not null)`);
    this.addSql(`create index consent_member on consent (member_uid, recipient)`);
    this.addSql(`create table credit_record (
      id uuid primary key, member_uid uuid not null references member, score integer, band text, source text not null, recorded_by text not null,
      at timestamptz not null, recorded_at timestamptz not null, check (score is not null or band is not null))`);
    this.addSql(`create index credit_record_member on credit_record (member_uid, at desc, id desc)`);
    this.addSql(`create table credit_terms (
      version integer primary key, trusted_from_score integer not null, at timestamptz not null,
      multiplier_basis_points integer not null check (multiplier_basis_points >= 10000),
      threshold_basis_points integer not null check (threshold_basis_points between 1 and 10000))`);
    // Chosen: 1.25 times the points and 0.90 of the threshold for the trusted, who are those from 700 of a body that names no band.
    this.addSql(`insert into credit_terms values (1, 700, clock(), 12500, 9000)`);
    this.addSql(`create table child (
      id uuid primary key, member_uid uuid not null references member, birth_month_day text not null check (birth_month_day ~ '^[0-9]{2}-[0-9]{2}$'),
      consent_id uuid not null references consent, recorded_at timestamptz not null)`);
    this.addSql(`create index child_member on child (member_uid)`);
  }
}
