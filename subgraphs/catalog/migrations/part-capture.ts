import { Migration } from '@mikro-orm/migrations';

/** A hold may be captured in part: the redemption then costs less than was held for it. */
export class Catalog20261122PartCapture extends Migration {
  override up(): void {
    this.addSql(`alter table redemption add column narrowed boolean not null default false`);
  }
}
