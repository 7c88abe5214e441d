import { Migration } from '@mikro-orm/migrations';
import { capturePart } from '../sql/capture-part.sql.js';

/** A hold may be captured in part. */
export class LedgerPoints20261122CapturePart extends Migration {
  override up(): void {
    this.addSql(capturePart);
  }
}
