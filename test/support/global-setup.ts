import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../subgraphs/kernel/embedded-postgres.js';
import { buildTemplate } from './database.js';

declare global {
  // eslint-disable-next-line no-var
  var tongduiPostgres: EmbeddedPostgres | undefined;
}

/** One real PostgreSQL for all test files; every file gets a database of its own, copied from a migrated template. */
export default async function setup(): Promise<void> {
  const given = process.env['TEST_DATABASE_URL'];
  if (!given) {
    // Tests end processes, never the machine, so nothing that they check depends on fsync.
    globalThis.tongduiPostgres = await startEmbeddedPostgres({
      folder: join(process.cwd(), '.tongdui', 'test-postgres'),
      settings: { fsync: 'off' },
    });
    process.env['TEST_DATABASE_URL'] = globalThis.tongduiPostgres.url;
  }
  await buildTemplate(process.env['TEST_DATABASE_URL'] as string);
}
