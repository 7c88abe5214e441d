import { Migration } from '@mikro-orm/migrations';

/** What the operator says that reasons for returns rest on. */
export class Catalog20261124ReturnReferences extends Migration {
  override up(): void {
    this.addSql('create table return_reference (reason text primary key, body text not null)');
  }
}
