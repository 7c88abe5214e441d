import { Migration } from '@mikro-orm/migrations';

/** That a member is forgotten, told to nobody but the member's own streams, which end by it. */
export class Members20261124ErasedEvents extends Migration {
  override up(): void {
    this.addSql(`create function tell_of_erasure() returns trigger language plpgsql as $$
      begin
        insert into event (type, member_uid, partners, facts) values ('MEMBER_ERASED', new.uid, '{}', '{}');
        return null;
      end $$`);
    this.addSql(`create trigger member_erased after update on member for each row
      when (old.erased_at is null and new.erased_at is not null) execute function tell_of_erasure()`);
  }
}
