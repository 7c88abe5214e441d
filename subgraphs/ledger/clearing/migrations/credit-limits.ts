import { Migration } from '@mikro-orm/migrations';

/**
 * How much a partner may owe. Nobody who appends an obligation touches a row that others want too: it leaves a movement for each side
 * that has a limit, and a job folds them into the position. What is used at an instant is both together.
 */
export class LedgerClearing20261123CreditLimits extends Migration {
  override up(): void {
    this.addSql(`create table credit_limit (
      partner text primary key references partner, limit_fen bigint not null check (limit_fen >= 0),
      alert_fen bigint not null check (alert_fen between 0 and limit_fen), set_at timestamptz not null)`);
    this.addSql(`create table credit_position (
      partner text primary key, used_fen bigint not null, level text not null check (level in ('CLEAR', 'NEAR', 'REACHED'))) with (fillfactor = 50)`);
    this.addSql(`create table credit_movement (partner text not null, fen bigint not null)`);
    this.addSql(`create index credit_movement_partner on credit_movement (partner)`);

    // What a partner owes net of what it is owed, fees included, over the periods for which no payments were made out; as \`netting.ts\` says.
    this.addSql(`create function owed_unsettled(p_partner text) returns bigint stable language sql as $$
      select coalesce(sum(case when debtor = p_partner then fen else -fen end
        + case when ((fee_borne_by = 'ACCEPTOR') = (kind <> 'RETURN')) = (creditor = p_partner)
            then case when kind = 'RETURN' then -fee_fen else fee_fen end else 0 end), 0)::bigint
      from obligation
      where (debtor = p_partner or creditor = p_partner) and period not in (select period from payment_order)
    $$`);
    this.addSql(`create view credit_now as
      select l.partner, l.limit_fen, l.alert_fen, p.level,
        p.used_fen + coalesce((select sum(fen) from credit_movement m where m.partner = l.partner), 0)::bigint as used_fen
      from credit_limit l join credit_position p using (partner)`);
    this.addSql(`create or replace function watched_obligation(o obligation) returns void language plpgsql as $$
      declare
        v_fee bigint := case when o.kind = 'RETURN' then -o.fee_fen else o.fee_fen end;
        v_creditor_bears boolean := (o.fee_borne_by = 'ACCEPTOR') = (o.kind <> 'RETURN');
      begin
        if exists (select from settlement_period where id = o.period) then
          raise exception 'The settlement period % is closed', o.period using errcode = 'restrict_violation';
        end if;
        insert into credit_movement (partner, fen)
          select partner, case when partner = o.debtor then o.fen else -o.fen end
              + case when v_creditor_bears = (partner = o.creditor) then v_fee else 0 end
          from credit_limit where partner in (o.debtor, o.creditor);
      end $$`);

    // Refuses to take points of an issuer that owes as much as it may, unless the key or the hold is known: then the first answer holds.
    this
      .addSql(`create function refuse_at_limit(p_member uuid, p_principal text, p_key text, p_hash bytea, p_hold uuid, p_operation text, p_answer text)
      returns text language plpgsql as $$
      begin
        perform from account where member_uid = p_member for update;
        perform from write_key where key = p_key and principal = p_principal and member_uid = p_member;
        if found then return ''; end if;
        perform from hold where id = p_hold and member_uid = p_member;
        if found then return ''; end if;
        perform keep_answer(p_member, p_principal, p_key, p_hash, date_trunc('milliseconds', clock()), p_operation, p_answer);
        return 'N' || p_answer;
      end $$`);
  }
}
