import { Migration } from '@mikro-orm/migrations';

/** Points that a partner paid for before its members earn them: the terms, the packs, and what accruals drew of them. */
export class LedgerClearing20261123Packs extends Migration {
  override up(): void {
    this.addSql(`create table pack_terms (
      id uuid primary key, programme text not null references programme, price_fen bigint not null check (price_fen >= 0),
      price_points bigint not null check (price_points > 0), min_points bigint not null check (min_points > 0),
      months integer check (months > 0), set_at timestamptz not null)`);
    this.addSql(`create index pack_terms_newest on pack_terms (programme, id desc)`);
    this.addSql(`create table pack (
      id uuid primary key, partner text not null references partner, programme text not null references programme,
      points positive_amount not null, left_points amount not null, price_fen amount not null, alert_points amount not null,
      bought_at timestamptz not null, bought_by text not null, expires_at timestamptz) with (fillfactor = 70)`);
    this.addSql(`create index pack_partner on pack (partner, programme, id)`);
    this.addSql(`create index pack_programme on pack (programme, id)`);
    // What is left is the pack less what was drawn; it stands in the row so that a draw locks it, and the audit compares the two.
    this.addSql(`create table pack_draw (
      id uuid primary key, pack uuid not null, accrual uuid not null, points bigint not null check (points <> 0), cause text not null,
      at timestamptz not null)`);
    this.addSql(`create index pack_draw_pack on pack_draw (pack, id)`);
    this.addSql(`create index pack_draw_accrual on pack_draw (accrual)`);
    this.addSql(`create trigger pack_bought before update on pack for each row
      when ((old.id, old.partner, old.programme, old.points, old.price_fen, old.bought_at, old.bought_by, old.expires_at)
        is distinct from (new.id, new.partner, new.programme, new.points, new.price_fen, new.bought_at, new.bought_by, new.expires_at)
        or new.left_points > new.points) execute function refuse_clearing_change()`);
    this.addSql(`create trigger pack_kept before delete or truncate on pack for each statement execute function refuse_clearing_change()`);
    for (const table of ['pack_draw', 'pack_terms'])
      this.addSql(`create trigger ${table}_append_only before update or delete or truncate on ${table}
        for each statement execute function refuse_clearing_change()`);

    this.addSql(`create table clearing_alert (
      id uuid primary key, partner text not null, kind text not null, at timestamptz not null, pack uuid, left_points bigint,
      limit_fen bigint, alert_fen bigint, used_fen bigint)`);
    this.addSql(`create index clearing_alert_partner on clearing_alert (partner, id)`);
    this.addSql(`create trigger clearing_alert_append_only before update or delete or truncate on clearing_alert
      for each statement execute function refuse_clearing_change()`);
  }
}
