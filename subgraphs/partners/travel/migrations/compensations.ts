import { Migration } from '@mikro-orm/migrations';

/** A compensation of each programme whose points came back; what the ledger refuses for a time is asked for again, each time under a key of its own. */
export class Travel20261130Compensations extends Migration {
  override up(): void {
    this.addSql('alter table cancellation add column tries integer not null default 0');
    this.addSql('alter table cancellation rename column compensation to compensations');
    this.addSql(`update cancellation set compensations = '' where compensations is null`);
    this.addSql(`alter table cancellation alter column compensations set default '', alter column compensations set not null`);
  }
}
