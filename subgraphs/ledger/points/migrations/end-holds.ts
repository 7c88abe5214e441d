import { Migration } from '@mikro-orm/migrations';
import { endHolds } from '../sql/end-holds.sql.js';

/** Captures and releases that come together, in one commit. */
export class LedgerPoints20261123EndHolds extends Migration {
  override up(): void {
    this.addSql(endHolds);
  }
}
