import { Migration } from '@mikro-orm/migrations';

/** What a partner's members bought when: insight reads accruals by partner and time, which no other reader does. */
export class LedgerInsight20261122Purchases extends Migration {
  override up(): void {
    this.addSql('create index accrual_partner_at on accrual (partner, at)');
  }
}
