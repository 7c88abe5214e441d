import { Migration } from '@mikro-orm/migrations';

/** Labels have a beginning and an end: a month that is over keeps the ones it ended with. */
export class LedgerGreen20261130DatedLabels extends Migration {
  override up(): void {
    this.addSql(`alter table programme_label drop constraint programme_label_pkey,
      add since timestamptz not null default '-infinity', add until timestamptz check (until >= since)`);
    this.addSql(`alter table programme_label alter since drop default`);
    this.addSql(`create unique index programme_label_now on programme_label (programme, label) where until is null`);
  }
}
