import { Migration } from '@mikro-orm/migrations';

/** How much of its bills a partner lets phone credit pay; the whole bill where it said nothing. */
export class Telecom20261125BillTerms extends Migration {
  override up(): void {
    this.addSql(`create table bill_terms (
      partner text primary key, credit_share_basis_points integer not null check (credit_share_basis_points between 0 and 10000))`);
  }
}
