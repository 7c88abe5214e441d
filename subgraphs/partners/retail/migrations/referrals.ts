import { Migration } from '@mikro-orm/migrations';

/** Who brought whom to a partner, one level; the reward is an engagement like any other. */
export class Retail20261122Referrals extends Migration {
  override up(): void {
    this.addSql('alter table engagement drop constraint engagement_kind_check');
    this.addSql(`alter table engagement add constraint engagement_kind_check
      check (kind in ('LECTURE', 'COACHING', 'SURVEY', 'SUGGESTION', 'ADOPTED_SUGGESTION', 'CHILD_BIRTHDAY', 'REFERRAL'))`);
    this.addSql(`create table referral_terms (
      partner text not null, version integer not null, minimum_fen bigint not null check (minimum_fen > 0),
      within_days integer not null check (within_days between 1 and 366), wait_days integer not null check (wait_days between 0 and 366),
      at timestamptz not null, primary key (partner, version))`);
    this.addSql(`create table referral (
      id uuid primary key, partner text not null, referrer_uid uuid not null, referred_uid uuid not null, at timestamptz not null,
      until timestamptz not null, minimum_fen bigint not null, wait_days integer not null, state text not null, bought_at timestamptz,
      unique (partner, referred_uid), check (referrer_uid <> referred_uid))`);
    this.addSql(`create index referral_waiting on referral (at) where state = 'WAITING'`);
    this.addSql('create index referral_referrer on referral (referrer_uid, id desc)');
  }
}
