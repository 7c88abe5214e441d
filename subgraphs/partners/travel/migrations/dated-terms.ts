import { Migration } from '@mikro-orm/migrations';

/**
 * Carriers' terms as versions, and under which of them a redemption was delivered; null where the carrier had said nothing. Tickets that
 * were delivered before are under the terms that were in force, which are the only ones there are.
 */
export class Travel20261125DatedTerms extends Migration {
  override up(): void {
    this.addSql(`alter table carrier_terms drop constraint carrier_terms_pkey, add version integer not null default 1 check (version > 0),
      add valid_from timestamptz not null default clock(), add primary key (partner, version)`);
    this.addSql(`alter table carrier_terms alter column version drop default, alter column valid_from drop default`);
    this.addSql(`create table booked_terms (
      redemption text primary key references delivery, partner text not null, version integer, foreign key (partner, version) references carrier_terms)`);
    this.addSql(`insert into booked_terms (redemption, partner, version)
      select d.redemption, d.partner, t.version from delivery d left join carrier_terms t using (partner) where d.state = 'DELIVERED'`);
  }
}
