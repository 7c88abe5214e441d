import { Migration } from '@mikro-orm/migrations';

/** What a coupon's issuer owes where another partner takes it. `owed`: null where nobody owes, OWING until the ledger has it, OWED, TAKEN_BACK. */
export class Catalog20261123CouponClearing extends Migration {
  override up(): void {
    this.addSql(`alter table coupon_use add debtor text, add programme text, add fen bigint,
      add owed text check (owed in ('OWING', 'OWED', 'TAKEN_BACK')), add check ((owed is null) = (debtor is null))`);
    // Only what the ledger has still to be told.
    this.addSql(
      `create index coupon_use_unsettled on coupon_use (id) where owed = 'OWING' or (owed = 'OWED' and cancelled_at is not null)`,
    );
  }
}
