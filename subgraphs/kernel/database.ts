import type { AnyEntity, Constructor, EntityClass } from '@mikro-orm/core';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migration, Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';

export interface DatabaseOptions {
  /** Name of the subgraph and of the Postgres schema that it owns. */
  readonly name: string;
  readonly url: string;
  readonly entities: readonly EntityClass<AnyEntity>[];
  readonly migrations: readonly Constructor<Migration>[];
  readonly poolSize?: number;
}

export type Database = MikroORM;

/** One ORM per subgraph over its own Postgres schema; nothing else is on its search path. One fork per request. */
export function openDatabase({ name, url, entities, migrations, poolSize = 10 }: DatabaseOptions): Database {
  return new MikroORM({
    clientUrl: url,
    schema: name,
    entities: [...entities],
    metadataProvider: ReflectMetadataProvider,
    extensions: [Migrator],
    // Migration files carry no schema name: the search path decides, so the same ones run under any name.
    migrations: {
      migrationsList: [KernelMigration, KernelAuditMigration, KernelKeysMigration, ...migrations].map((migration) => ({
        name: migration.name,
        class: migration,
      })),
      snapshot: false,
      disableForeignKeys: false,
      tableName: 'migration',
    },
    discovery: { warnWhenNoEntities: false },
    pool: { min: 0, max: poolSize },
    driverOptions: {
      options: `-c search_path=${name} -c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000`,
      connectionTimeoutMillis: 8_000,
      application_name: `tongdui-${name}`,
      onPoolCreated: giveBackLostConnections,
    },
    logger: () => {},
  });
}

interface PooledClient {
  once(event: 'end', listener: () => void): void;
  release?: (destroy?: boolean) => void;
}

/**
 * A connection that is lost inside a transaction goes back to its pool. Trap: the query builder gives it back only after a ROLLBACK that
 * went through, which none does on a dead connection, so each loss would cost a place in the pool for ever.
 */
function giveBackLostConnections(pool: { on(event: 'connect', listener: (client: PooledClient) => void): void }): void {
  pool.on('connect', (client) =>
    client.once('end', () => {
      try {
        client.release?.(true);
      } catch {
        // It was idle and had been given back already.
      }
      client.release = () => {}; // Whoever still holds it may give it back once more.
    }),
  );
}

/** Brings the schema up to date. The lock makes a second process wait instead of failing on half a migration. */
export async function migrate(database: Database, name: string): Promise<number> {
  const connection = await database.em.getConnection().getNativeClient();
  const client = await (connection as { connect(): Promise<PgClient> }).connect();
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [`tongdui migrate ${name}`]);
    await client.query(`create schema if not exists "${name}"`);
    return (await database.migrator.up()).length;
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [`tongdui migrate ${name}`]).catch(() => {});
    client.release();
  }
}

interface PgClient {
  query(text: string, values?: unknown[]): Promise<unknown>;
  release(): void;
}

/** What every subgraph has: its clock, its idempotency records, its audit trail. */
class KernelMigration extends Migration {
  override up(): void {
    this.addSql(`create function clock() returns timestamptz stable language sql as 'select transaction_timestamp()'`);
    this.addSql(`create table idempotency (
      principal text not null, key text not null, operation text not null, body_hash text not null,
      created_at timestamptz not null, answer text, primary key (principal, key))`);
    this.addSql(`create table audit (
      id bigint generated always as identity primary key, at timestamptz not null, principal text not null,
      operation text not null, key text not null, detail text not null)`);
  }
}

/** The audit trail says what was changed, and never changes itself. */
class KernelAuditMigration extends Migration {
  override up(): void {
    this.addSql(`alter table audit
      add column outcome text not null default 'REFUSED' check (outcome in ('REFUSED', 'CHANGED')), add column partner text,
      add column before text, add column after text`);
    this.addSql(`create index audit_partner on audit (partner, id) where partner is not null`);
    this.addSql(`create function refuse_audit_change() returns trigger language plpgsql as
      $$ begin raise exception 'The audit trail is append-only' using errcode = 'restrict_violation'; end $$`);
    this.addSql(`create trigger audit_append_only before update or delete or truncate on audit
      for each statement execute function refuse_audit_change()`);
  }
}

/** Keys come in the order of their time, so where those that are over lie costs a write nearly nothing to know. */
class KernelKeysMigration extends Migration {
  override up(): void {
    this.addSql(`create index idempotency_created on idempotency using brin (created_at) with (pages_per_range = 16, autosummarize = on)`);
  }
}
