import { httpTransport } from '../schema/http-transport.js';
import { dataFolder } from '../schema/data-folder.js';
import { onStopSignal } from '../schema/drain.js';
import { pairwiseIds } from '../schema/pairwise-id.js';
import { subgraphsOf } from '../schema/roster.js';
import { sandboxSecrets } from '../schema/secrets.js';
import { readSettings, SettingsError, urlsOf } from '../schema/settings.js';
import { noFaults } from './kernel/faults.js';
import { startEmbeddedPostgres } from './kernel/embedded-postgres.js';
import { serveSubgraph } from './kernel/server.js';
import { installClock, sandboxFaults } from './sandbox/index.js';
import { openSubgraphs } from './serve.js';

/** For closing connections, once calls and jobs have ended. */
const graceMs = 5_000;

/** `npm run start:subgraph -- NAME`: one subgraph as its own process, over HTTP, for its gateway and its peers only. */
async function main(name: string | undefined): Promise<void> {
  const settings = readSettings(process.env, ['subgraph']);
  const lines = subgraphsOf(settings.sandbox);
  const line = lines.find((candidate) => candidate.name === name);
  if (!line) throw new SettingsError([`Name one subgraph of: ${lines.map((candidate) => candidate.name).join(', ')}`]);
  const folder = dataFolder();
  const secrets = settings.sandbox ? await sandboxSecrets(folder) : undefined;
  const postgres = settings.databaseUrl === undefined ? await startEmbeddedPostgres({ folder: `${folder}/postgres` }) : undefined;
  const databaseUrl = settings.databaseUrl ?? (postgres as { url: string }).url;
  const keys = settings.signingKeys.length > 0 ? settings.signingKeys : (secrets?.signing ?? []);
  const transport = httpTransport({ urls: urlsOf(settings), keys, shared: settings.sharedCalls, ...settings.calls });
  const faults = settings.sandbox ? sandboxFaults(databaseUrl) : undefined;
  const pairwise = settings.pairwiseSecrets.length > 0 ? settings.pairwiseSecrets : [Buffer.from(secrets?.pairwise ?? '', 'base64')];
  const ids = pairwiseIds(...pairwise);
  const [subgraph] = await openSubgraphs([line], { databaseUrl, transport, ids, faults: faults ?? noFaults });
  if (!subgraph) throw new Error('nothing was opened');
  if (line.sandboxOnly) await installClock(subgraph.database.em.fork());
  const own = settings.subgraphUrls.get(line.name);
  const port = Number(process.env['PORT'] ?? (own?.[0] === undefined ? line.port : new URL(own[0]).port));
  const server = await serveSubgraph(subgraph, keys, port, settings.host);
  subgraph.startJobs();
  const { drain } = settings;
  const stop = async (): Promise<void> => {
    // What hangs longer than anything may is left to whoever asked for it: every write can be sent again.
    setTimeout(() => process.exit(0), drain.noticeMs + drain.longestMs + graceMs).unref();
    await Promise.all([server.close(drain), subgraph.stopJobs(drain.longestMs)]);
    await subgraph.close();
    await transport.close();
    await faults?.close();
    await postgres?.stop();
  };
  onStopSignal(stop);
  console.log(`${line.name} answers its gateway on http://${settings.host}:${server.port}`);
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof SettingsError || process.env['TONGDUI_LOG'] !== 'debug' ? (error as Error).message : error);
  process.exit(1);
});
