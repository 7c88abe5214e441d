import { Migration } from '@mikro-orm/migrations';

/** A compensation that the ledger refuses for a time is asked for again, each time under a key of its own. */
export class Travel20261130CompensationTries extends Migration {
  override up(): void {
    this.addSql('alter table cancellation add column tries integer not null default 0');
  }
}
