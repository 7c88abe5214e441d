import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { JWK } from 'jose';
import { dataFolder } from '../../../schema/data-folder.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../kernel/embedded-postgres.js';
import { audit, lineOf, withLedger } from './audit.js';
import { sentenceOf } from './finding.js';
import { migrateLedger } from '../shards/migrate.js';
import { seal } from './seal.js';
import { configuredKey } from './signing-key.js';
import { verify } from './verify.js';

const usage = `npm run ledger -- verify [--since ROOT] [--key PUBLIC.jwk.json] [--uids]   recomputes every chain and root, names what was altered
npm run ledger -- audit                                              checks every invariant
npm run ledger -- seal                                               makes a root over what is new
npm run ledger -- migrate [--distributed [--shards N]]               brings the schema up to date; and spreads it over a Citus cluster (SCALE.md)
The ledger is that of DATABASE_URL, else the one that npm start keeps. Ends with 1 where something is wrong.`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
/** A member's name for people who need not know whose points these are: always the same, and no way back. */
const nameOf = (uid: string): string => createHash('sha256').update(uid).digest('hex').slice(0, 16);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      since: { type: 'string' },
      key: { type: 'string' },
      uids: { type: 'boolean', default: false },
      distributed: { type: 'boolean', default: false },
      shards: { type: 'string', default: '256' },
    },
  });
  const [command] = positionals;
  if (values.since !== undefined && !/^\d{1,15}$/.test(values.since)) throw new Error('--since is the number of a root');
  if (!process.env['DATABASE_URL']) process.env['TONGDUI_SANDBOX'] ??= '1';
  return withDatabase(async (url) => {
    switch (command) {
      case 'audit': {
        const audited = await withLedger(url, audit);
        for (const one of audited) say(lineOf(one));
        return audited.every(({ violations }) => violations === 0) ? 0 : 1;
      }
      case 'seal': {
        const root = await withLedger(url, async (em) => seal(em, await configuredKey()));
        say(root === null ? 'Nothing is new since the last root' : `Root ${root} is made`);
        return 0;
      }
      case 'migrate': {
        const shards = Number(values.shards);
        if (!Number.isInteger(shards) || shards < 1 || shards > 64_000) throw new Error('--shards is a number from 1 to 64000');
        const applied = await migrateLedger(url, values.distributed ? shards : null);
        say(
          `${applied} migrations were applied${values.distributed ? ', and the tables are spread by member; start the ledger with TONGDUI_DISTRIBUTED=1' : ''}`,
        );
        return 0;
      }
      case 'verify': {
        const keys = await publicKeys(values.key);
        const options = values.since === undefined ? { keys } : { keys, sinceRoot: BigInt(values.since) };
        const { entries, roots, unsigned, findings } = await withLedger(url, (em) => verify(em, options));
        for (const finding of findings) say(sentenceOf(finding, values.uids ? (uid) => uid : nameOf));
        if (unsigned > 0)
          say(`${unsigned} of ${roots} roots were taken without a signature: ${keys.length > 0 ? 'they have none' : 'no key was given'}`);
        say(`${entries} entries, ${roots} roots: ${findings.length === 0 ? 'all as it was written' : `${findings.length} findings`}`);
        return findings.length === 0 ? 0 : 1;
      }
      case undefined:
      default:
        throw new Error(usage);
    }
  });
}

/** Keys to check roots with: those of a file, which may come from outside, else the deployment's own. */
async function publicKeys(file: string | undefined): Promise<JWK[]> {
  if (file === undefined) return [(await configuredKey())?.publicJwk].filter((key) => key !== undefined);
  const read = JSON.parse(await readFile(file, 'utf8')) as JWK | { keys: JWK[] };
  return 'keys' in read && Array.isArray(read.keys) ? read.keys : [read as JWK];
}

async function withDatabase(work: (url: string) => Promise<number>): Promise<number> {
  const given = process.env['DATABASE_URL'];
  if (given) return work(given);
  const folder = dataFolder();
  const postgres: EmbeddedPostgres = await startEmbeddedPostgres({ folder: `${folder}/postgres` });
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
  }
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(process.env['TONGDUI_LOG'] === 'debug' ? error : (error as Error).message);
    process.exitCode = 2;
  },
);
