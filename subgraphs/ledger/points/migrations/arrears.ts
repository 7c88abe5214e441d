import { Migration } from '@mikro-orm/migrations';

/** Few owe points; the job that looks for those who could settle reads them alone. */
export class LedgerPoints20261124Arrears extends Migration {
  override up(): void {
    this.addSql('create index wallet_in_arrears on wallet (member_uid, programme) where arrears > 0');
  }
}
