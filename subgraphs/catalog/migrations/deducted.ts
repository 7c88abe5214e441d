import { Migration } from '@mikro-orm/migrations';

/** What the ledger had deducted from the cash of a return, so that its event says what is paid back. */
export class Catalog20261124Deducted extends Migration {
  override up(): void {
    this.addSql(
      'alter table redemption_return add column deducted_fen bigint not null default 0 check (deducted_fen between 0 and cash_fen)',
    );
    this.addSql(`create or replace function tell_of_return() returns trigger language plpgsql as $$
      begin
        insert into event (type, member_uid, partners, facts)
        select 'REDEMPTION_RETURNED', r.member_uid, array[r.acceptor_id],
          jsonb_build_object('redemption', r.id, 'return', new.id, 'cashFen', new.cash_fen - new.deducted_fen, 'deductedFen', new.deducted_fen)
        from redemption r where r.id = new.redemption_id;
        return null;
      end $$`);
  }
}
