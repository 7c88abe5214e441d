import { Migration } from '@mikro-orm/migrations';

/** A rate without an issue price leaves the one in force as it is, also one that is agreed to later and begins before. */
export class LedgerApprovals20261130KeptPrice extends Migration {
  override up(): void {
    this.addSql(`alter table programme_rate alter column issue_price_fen drop not null, alter column issue_price_points drop not null,
      add check ((issue_price_fen is null) = (issue_price_points is null))`);
  }
}
