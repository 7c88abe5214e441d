import { Migration } from '@mikro-orm/migrations';

/** Rules that count the member's credit band. */
export class Ledger20261122CreditFactor extends Migration {
  override up(): void {
    this.addSql(
      `alter table accrual_rule add column credit_factor boolean not null default false check (not credit_factor or kind = 'BASE')`,
    );
  }
}
