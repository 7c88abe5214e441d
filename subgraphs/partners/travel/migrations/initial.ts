import { Migration } from '@mikro-orm/migrations';
import { reportTable } from '../../report-table.js';

export class Travel20261121Initial extends Migration {
  override up(): void {
    for (const statement of reportTable(
      'booking',
      `kind text not null check (kind in ('FLIGHT', 'HOTEL', 'SCENIC')), fare_fen bigint not null check (fare_fen > 0)`,
    ))
      this.addSql(statement);
  }
}
