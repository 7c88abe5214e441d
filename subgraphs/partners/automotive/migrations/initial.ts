import { Migration } from '@mikro-orm/migrations';
import { reportTable } from '../../report-table.js';

export class Automotive20261121Initial extends Migration {
  override up(): void {
    for (const statement of reportTable('service_order', 'lines text not null')) this.addSql(statement);
  }
}
