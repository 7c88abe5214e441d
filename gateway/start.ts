import { mkdir } from 'node:fs/promises';
import { dataFolder } from '../schema/data-folder.js';
import { drain, onStopSignal } from '../schema/drain.js';
import { pairwiseIds } from '../schema/pairwise-id.js';
import { subgraphsOf } from '../schema/roster.js';
import { sandboxSecrets } from '../schema/secrets.js';
import { readSettings, type Settings, SettingsError } from '../schema/settings.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../subgraphs/kernel/embedded-postgres.js';
import { noFaults } from '../subgraphs/kernel/faults.js';
import { sandboxFaults } from '../subgraphs/sandbox/index.js';
import { readOptions } from './client/command.js';
import type { TokenRules } from './context.js';
import { keepHeapSmall } from './heap.js';
import { remoteKeys } from './keys.js';
import { openAdmin } from './metrics/admin.js';
import { openGraph } from './one-process.js';
import { openSandbox } from './open-sandbox.js';
import { sandboxTokenRules } from './sandbox/token-rules.js';
import { listen } from './listen.js';
import { openBus } from './subscriptions/open-bus.js';
import { onHangup } from './versions/hangup.js';
import { fileSource } from './versions/source.js';

/**
 * `npm start` and `npm run start:prod`: the whole graph in one process on one port. With --sandbox it makes for itself what production
 * must be given: a database, secrets, a token issuer, demo data.
 */
async function main(): Promise<void> {
  const startedAt = performance.now();
  keepHeapSmall();
  const { values } = readOptions(
    {
      options: {
        sandbox: { type: 'boolean', default: false },
        reset: { type: 'boolean', default: false },
        members: { type: 'string' },
        executor: { type: 'string' },
      },
    },
    'npm start -- [--reset] [--members 1000] [--executor apollo]',
  );
  if (values.sandbox) process.env['TONGDUI_SANDBOX'] = '1';
  if (values.executor !== undefined) process.env['TONGDUI_EXECUTOR'] = values.executor;
  const settings = readSettings(process.env, ['gateway', 'subgraph']);
  const problems = argumentProblems(settings.sandbox, values);
  if (problems.length > 0) throw new SettingsError(problems);
  const folder = dataFolder();
  await mkdir(folder, { recursive: true });
  const postgres = settings.databaseUrl === undefined ? await keepPostgres(`${folder}/postgres`, values.reset) : undefined;
  const databaseUrl = settings.databaseUrl ?? (postgres as EmbeddedPostgres).url;
  const faults = settings.sandbox ? sandboxFaults(databaseUrl) : undefined;
  const pairwise =
    settings.pairwiseSecrets.length > 0 ? settings.pairwiseSecrets : [Buffer.from((await sandboxSecrets(folder)).pairwise, 'base64')];
  const ids = pairwiseIds(...pairwise);
  const tokens = await tokenRules(settings, folder);
  const lines = subgraphsOf(settings.sandbox);
  const { calls, executor, limits, origins, persisted, streams, supergraph, webhooks } = settings;
  const graph = await openGraph({
    lines,
    databaseUrl,
    ids,
    tokens,
    faults: faults ?? noFaults,
    calls,
    executor,
    limits,
    origins,
    persisted,
    streams,
    webhooks,
    bus: openBus(settings),
    source: supergraph === undefined ? undefined : fileSource(supergraph, 500),
  });
  if (supergraph !== undefined) onHangup(graph.gateway.reload);
  const { server, port } = await listen(graph.gateway, settings.port, settings.host, { limits });
  if (settings.adminPort !== undefined) await openAdmin(graph.gateway, settings.adminPort, settings.adminHost);
  const stop = async (): Promise<void> => {
    await drain(server, graph.gateway.drain, settings.drain);
    await graph.close();
    await faults?.close();
    await postgres?.stop();
  };
  onStopSignal(stop);
  if (port !== settings.port && settings.port !== 0)
    console.log(
      `Port ${settings.port} is taken${postgres?.reused ? ', perhaps by an npm start of this folder that still runs' : ' by another program'}; the graph uses ${port} instead.`,
    );
  const url = `http://${settings.host === '127.0.0.1' ? 'localhost' : settings.host}:${port}`;
  if (settings.sandbox) {
    const database = postgres
      ? `embedded PostgreSQL on port ${postgres.port}${postgres.reused ? ', found running' : ''}, data in ${postgres.dataFolder}`
      : 'PostgreSQL of DATABASE_URL';
    console.log(await openSandbox({ graph, url, folder, database, members: Number(values.members ?? 0), startedAt }));
  } else console.log(`The graph answers on ${url}/graphql`);
  graph.startJobs();
}

/** The embedded server, brought back under the same address if something ends it while the graph runs. */
async function keepPostgres(folder: string, reset: boolean): Promise<EmbeddedPostgres> {
  let current: EmbeddedPostgres;
  const start = (again: boolean): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({
      folder,
      reset: reset && !again,
      onLost: () => {
        console.error('The embedded PostgreSQL went away; starting it again.');
        start(true).then(
          (next) => (current = next),
          (error: unknown) => console.error((error as Error).message),
        );
      },
    });
  current = await start(false);
  return { ...current, stop: () => current.stop() };
}

/** Pure: what is wrong with the arguments, all at once. */
function argumentProblems(sandbox: boolean, { reset, members }: { reset: boolean; members?: string | undefined }): string[] {
  const problems: string[] = [];
  if (!sandbox && reset) problems.push('--reset belongs to a sandbox');
  if (!sandbox && members !== undefined) problems.push('--members belongs to a sandbox');
  if (members !== undefined && !/^\d{1,7}$/.test(members)) problems.push('--members is a whole number up to 9999999');
  return problems;
}

/** Tokens of the configured issuer; a sandbox without one trusts its own. */
async function tokenRules({ issuer, jwksUrl, audience }: Settings, folder: string): Promise<TokenRules> {
  return issuer !== undefined && jwksUrl !== undefined ? { issuer, audience, keys: remoteKeys(jwksUrl) } : sandboxTokenRules(folder);
}

main().catch((error: unknown) => {
  console.error(process.env['TONGDUI_LOG'] === 'debug' ? error : (error as Error).message);
  process.exit(1);
});
