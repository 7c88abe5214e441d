import { Migration } from '@mikro-orm/migrations';
import { reportTable } from '../../report-table.js';

/** What members do beside buying, and the days whose birthdays were looked at. */
export class Retail20261122Engagements extends Migration {
  override up(): void {
    const kinds = ['LECTURE', 'COACHING', 'SURVEY', 'SUGGESTION', 'ADOPTED_SUGGESTION', 'CHILD_BIRTHDAY'];
    for (const statement of reportTable(
      'engagement',
      `kind text not null check (kind in (${kinds.map((kind) => `'${kind}'`).join(', ')})), proof_ref text not null`,
    ))
      this.addSql(statement);
    this.addSql(`create table gift_day (day date primary key)`);
  }
}
