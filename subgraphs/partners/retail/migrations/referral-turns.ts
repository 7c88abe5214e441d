import { Migration } from '@mikro-orm/migrations';

/** Referrals wait for months, so those looked at longest ago come first: the oldest do not keep the job from all others. */
export class Retail20261123ReferralTurns extends Migration {
  override up(): void {
    this.addSql('alter table referral add column looked_at timestamptz');
    this.addSql('drop index referral_waiting');
    this.addSql(`create index referral_waiting on referral (looked_at nulls first, at) where state = 'WAITING'`);
  }
}
