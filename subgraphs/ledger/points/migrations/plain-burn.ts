import { Migration } from '@mikro-orm/migrations';
import { burnPoints } from '../sql/burn-points.sql.js';

/** A redemption of one programme's points that needs no hold first, by fewer statements. */
export class LedgerPoints20261123PlainBurn extends Migration {
  override up(): void {
    this.addSql(burnPoints);
  }
}
