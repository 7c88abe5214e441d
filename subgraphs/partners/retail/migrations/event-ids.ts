import { Migration } from '@mikro-orm/migrations';

/**
 * The reference of an engagement names kind and proof, and counts once for each member: whose it is stands in `member_uid` alone. To the
 * ledger an engagement has a number of its own, which tells nothing of the member, the proof or a day of birth.
 */
export class Retail20261130EventIds extends Migration {
  override up(): void {
    this.addSql('drop index engagement_ref');
    this.addSql(`update engagement set ref = 'event/' || kind || '/' || proof_ref`);
    this.addSql(`create unique index engagement_ref on engagement (partner, ref, member_uid) where state <> 'REFUSED'`);
    this.addSql('alter table engagement add column event_id uuid');
    this.addSql('update engagement set event_id = id');
    this.addSql('alter table engagement alter column event_id set not null');
  }
}
