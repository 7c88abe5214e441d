import { Migration } from '@mikro-orm/migrations';

/** The times at which an item was off the list: the shelf knows only of the present, and a price of then was asked of nobody. */
export class Catalog20261130Withdrawals extends Migration {
  override up(): void {
    this.addSql('create table item_withdrawal (item text not null references shelf, left_at timestamptz not null, back_at timestamptz)');
    this.addSql('create index item_withdrawal_item on item_withdrawal (item)');
    this.addSql('insert into item_withdrawal (item, left_at) select item, withdrawn_at from shelf where withdrawn_at is not null');
  }
}
