import { Migration } from '@mikro-orm/migrations';

/** Reasons that were stored without the length of their windows get that of the ladder of then. */
export class Members20261130TierReasons extends Migration {
  override up(): void {
    for (const [table, decided] of [
      ['tier_proposal', 'at'],
      ['member_tier', 'since'],
    ])
      this.addSql(`update ${table} t set reasons = (
          select jsonb_agg(case when reason ->> 'code' = 'STAFF' then reason else reason || jsonb_build_object('windowDays', (
            select window_days from tier_ladder l where l.partner = t.partner order by l.at <= t.${decided} desc, abs(extract(epoch from l.at - t.${decided})) limit 1)) end)
          from jsonb_array_elements(t.reasons) reason)
        where jsonb_array_length(t.reasons) > 0`);
  }
}
