import { Migration } from '@mikro-orm/migrations';
import { eventTable } from '../../kernel/events/event-table.js';

/** What became of redemptions, told to the member and to who delivers. One that is neither held nor paid is no event. */
export class Catalog20261123Events extends Migration {
  override up(): void {
    for (const statement of eventTable) this.addSql(statement);
    this.addSql(`create function tell_of_redemption() returns trigger language plpgsql as $$
      begin
        insert into event (type, member_uid, partners, facts)
        values (case new.step when 'COMPLETED' then 'REDEMPTION_COMPLETED' when 'RELEASED' then 'REDEMPTION_ENDED' else 'REDEMPTION_HELD' end,
          new.member_uid, array[new.acceptor_id],
          jsonb_build_object('redemption', new.id, 'priceFen', new.price_fen, 'cashFen', new.cash_fen));
        return null;
      end $$`);
    this.addSql(`create trigger redemption_told after update on redemption for each row
      when (new.step <> old.step and (new.step = 'COMPLETED' or (new.step = 'RELEASED' and old.step = 'RELEASING')
        or (new.step = 'RESERVED' and old.step = 'HELD' and new.waiting))) execute function tell_of_redemption()`);
    this.addSql(`create function tell_of_return() returns trigger language plpgsql as $$
      begin
        insert into event (type, member_uid, partners, facts)
        select 'REDEMPTION_RETURNED', r.member_uid, array[r.acceptor_id], jsonb_build_object('redemption', r.id, 'return', new.id, 'cashFen', new.cash_fen)
        from redemption r where r.id = new.redemption_id;
        return null;
      end $$`);
    this.addSql(`create trigger return_told after update on redemption_return for each row
      when (new.state = 'DONE' and old.state <> 'DONE') execute function tell_of_return()`);
  }
}
