import type { EntityManager } from '@mikro-orm/postgresql';
import { Migration } from '@mikro-orm/migrations';
import type { Viewer } from '../../../schema/viewer.js';

// Placeholder with the shape of the clearing: its own files replace these.
class Clearing20261121Placeholder extends Migration {
  override up(): void {
    this.addSql(`create table obligation (
      id uuid primary key, at timestamptz not null, period text not null, kind text not null, debtor text not null, creditor text not null,
      programme text not null, points bigint not null, fen bigint not null, fee_fen bigint not null, fee_borne_by text not null,
      cause text not null, redemption uuid)`);
  }
}

export const clearing = {
  entities: [],
  migrations: [Clearing20261121Placeholder],
  resolvers: [],
  orphanedTypes: [],
  owners: {},
  references: {},
  loaders: (_em: EntityManager, _viewer: Viewer) => ({ obligation: null }),
};
