import { Migration } from '@mikro-orm/migrations';

/** What programmes are for, beyond their points. Labels decide nothing about points; reports are read by them. */
export class LedgerGreen20261122Labels extends Migration {
  override up(): void {
    this.addSql(`create table programme_label (
      programme text not null references programme, label text not null check (label in ('GREEN')), primary key (programme, label))`);
  }
}
