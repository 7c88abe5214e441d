import { Migration } from '@mikro-orm/migrations';
import { reportTable } from '../../report-table.js';

export class Banking20261121Initial extends Migration {
  override up(): void {
    for (const statement of reportTable(
      'card_transaction',
      `kind text not null check (kind in ('SPEND', 'OPENING', 'ADVANCE', 'FEE')), card_product text not null, amount_fen bigint not null check (amount_fen >= 0),
       category text, certificate text,
       -- Card points follow spending, whatever a program believes.
       check (kind = 'SPEND' or (intent is null and accrual is null))`,
    ))
      this.addSql(statement);
  }
}
