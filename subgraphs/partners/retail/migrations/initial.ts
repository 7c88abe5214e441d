import { Migration } from '@mikro-orm/migrations';
import { reportTable } from '../../report-table.js';

export class Retail20261121Initial extends Migration {
  override up(): void {
    for (const statement of reportTable(
      'basket',
      `lines text not null, amount_fen bigint not null check (amount_fen > 0), cash_fen bigint not null check (cash_fen between 0 and amount_fen)`,
    ))
      this.addSql(statement);
  }
}
