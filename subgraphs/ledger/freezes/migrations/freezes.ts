import { Migration } from '@mikro-orm/migrations';

/**
 * Who froze a member's points, and who gave them free. `account.frozen` is what every write looks at; the trigger keeps it as long as a
 * person's freeze stands, whoever else would lift it.
 */
export class LedgerFreezes20261122 extends Migration {
  override up(): void {
    this.addSql(`create table points_freeze (
      id uuid primary key, member_uid uuid not null, frozen_at timestamptz not null, frozen_by text not null, reason text not null,
      lifted_at timestamptz, lifted_by text, lift_reason text, check ((lifted_at is null) = (lifted_by is null)))`);
    this.addSql(`create unique index points_freeze_standing on points_freeze (member_uid) where lifted_at is null`);
    this.addSql(`create index points_freeze_member on points_freeze (member_uid, id)`);
    this.addSql(`create function keep_frozen() returns trigger language plpgsql as $$ begin
      new.frozen := new.frozen or exists (select from points_freeze where member_uid = new.member_uid and lifted_at is null);
      return new; end $$`);
    this.addSql(`create trigger keep_frozen before update of frozen on account for each row
      when (old.frozen and not new.frozen) execute function keep_frozen()`);
  }
}
