import { Migration } from '@mikro-orm/migrations';

/** What a partner offers for more and more points. */
export class Catalog20261123Ladders extends Migration {
  override up(): void {
    this.addSql(`create table ladder (
      owner_id text primary key, programme text not null, basis text not null check (basis in ('BALANCE', 'LIFETIME')), rungs text not null)`);
  }
}
