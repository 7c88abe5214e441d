import { Migration } from '@mikro-orm/migrations';

/** What a brand says with the gift of a child's birthday, in versions; both texts are null where it says nothing any more. */
export class Retail20261125Greetings extends Migration {
  override up(): void {
    this.addSql(`create table birthday_greeting (
      partner text not null, version integer not null check (version > 0), zh text, en text, valid_from timestamptz not null,
      primary key (partner, version), check ((zh is null) = (en is null)))`);
  }
}
