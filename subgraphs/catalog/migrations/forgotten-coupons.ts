import { Migration } from '@mikro-orm/migrations';

/** A coupon that was used counts no more once its member is forgotten: its use may still be called off. */
export class Catalog20261130ForgottenCoupons extends Migration {
  override up(): void {
    this.addSql(`do $$
      declare named text;
      begin
        select conname into strict named from pg_constraint
          where conrelid = 'coupon'::regclass and contype = 'c' and pg_get_constraintdef(oid) ~ 'used_at.*revoked_at';
        execute format('alter table coupon drop constraint %I', named);
      end $$`);
  }
}
