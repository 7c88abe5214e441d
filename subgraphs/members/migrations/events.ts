import { Migration } from '@mikro-orm/migrations';
import { eventTable } from '../../kernel/events/event-table.js';

/** What members agreed to and withdrew, told to them and to whom it concerns. */
export class Members20261123Events extends Migration {
  override up(): void {
    for (const statement of eventTable) this.addSql(statement);
    this.addSql(`create function tell_of_consent() returns trigger language plpgsql as $$
      begin
        insert into event (type, member_uid, partners, facts)
        values (case when new.withdrawn_at is null then 'CONSENT_GRANTED' else 'CONSENT_WITHDRAWN' end, new.member_uid, array[new.recipient],
          jsonb_build_object('consent', new.id, 'recipient', new.recipient, 'purpose', new.purpose, 'classes', to_jsonb(new.classes)));
        return null;
      end $$`);
    this.addSql(`create trigger consent_given after insert on consent for each row execute function tell_of_consent()`);
    this.addSql(`create trigger consent_withdrawn after update on consent for each row
      when (old.withdrawn_at is null and new.withdrawn_at is not null) execute function tell_of_consent()`);
  }
}
