import { Migration } from '@mikro-orm/migrations';

/** A purchase's entry is its giver's event too, where that is not the issuer. */
const giver = `left join accrual a on e.kind = 'ACCRUAL' and e.cause_kind = 'ACCRUAL'
     and a.id = case when e.cause_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then e.cause_id::uuid end`;

/**
 * What the ledger has to tell, out of what it appends anyway: no write on points pays for a second row. Entries know their transaction;
 * reminders and the results of closed periods, which are few, learn to.
 */
export class LedgerEvents20261123 extends Migration {
  override up(): void {
    for (const table of ['reminder', 'settlement_net']) {
      this.addSql(`alter table ${table} add column xact bigint not null default pg_current_xact_id()::text::bigint`);
      this.addSql(`create index ${table}_xact on ${table} using brin (xact) with (pages_per_range = 16, autosummarize = on)`);
    }
    this.addSql(`alter table settlement_net add column event uuid not null default gen_random_uuid()`);
    this.addSql(`create view emitted as
      select e.xact, e.id, 'POINTS_' || case e.kind when 'ACCRUAL' then 'EARNED' when 'BURN' then 'SPENT' when 'RETURN' then 'RETURNED'
          when 'EXPIRY' then 'EXPIRED' when 'CLAWBACK' then 'CLAWED_BACK' when 'ADJUSTMENT' then 'ADJUSTED' when 'TRANSFER' then 'TRANSFERRED'
          else e.kind end as type,
        e.at, e.member_uid, case when a.partner is null or a.partner = p.issuer then array[p.issuer] else array[p.issuer, a.partner] end as partners,
        jsonb_strip_nulls(jsonb_build_object('programme', e.programme, 'points', e.points, 'entry', e.id, 'accrual', a.id,
          'redemption', case when e.cause_kind = 'REDEMPTION' then e.cause_id end)) as facts
      from entry e join programme p on p.id = e.programme ${giver}
      union all
      select r.xact, r.id, 'POINTS_EXPIRING', r.at, r.member_uid, '{}'::text[],
        jsonb_build_object('programme', r.programme, 'points', r.points, 'expiresAt', r.expires_at, 'daysBefore', r.days_before)
      from reminder r
      union all
      select n.xact, n.event, 'PERIOD_CLOSED', s.closed_at, null::uuid, array[n.partner], jsonb_build_object('period', n.period, 'netFen', n.net_fen)
      from settlement_net n join settlement_period s on s.id = n.period`);
  }
}
