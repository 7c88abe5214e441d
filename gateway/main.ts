import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { type Composed, compose } from '../schema/compose.js';
import { httpTransport } from '../schema/http-transport.js';
import { dataFolder } from '../schema/data-folder.js';
import { drain, onStopSignal } from '../schema/drain.js';
import { pairwiseIds } from '../schema/pairwise-id.js';
import { subgraphsOf } from '../schema/roster.js';
import { sandboxSecrets } from '../schema/secrets.js';
import { following, readSettings, type Settings, SettingsError, urlsOf } from '../schema/settings.js';
import type { Transport } from '../schema/transport.js';
import { serviceViewer } from '../schema/viewer.js';
import { gatewaySubgraph } from './access/explain-subgraph.js';
import { readOptions } from './client/command.js';
import type { TokenRules } from './context.js';
import { openForeign } from './foreign/server.js';
import { readForeignRules } from './foreign/settings.js';
import { keepHeapSmall } from './heap.js';
import { remoteKeys } from './keys.js';
import { openAdmin } from './metrics/admin.js';
import { sandboxTokenRules } from './sandbox/token-rules.js';
import { createGateway } from './server.js';
import { openBus } from './subscriptions/open-bus.js';
import { listen } from './listen.js';
import { onHangup } from './versions/hangup.js';
import { readOwn } from './versions/read-own.js';
import { fileSource, runningSource, type Source } from './versions/source.js';

/** `npm run start:gateway`: the gateway as its own process in front of subgraphs that run as theirs. */
async function main(): Promise<void> {
  keepHeapSmall();
  const { values } = readOptions(
    { options: { executor: { type: 'string' }, supergraph: { type: 'string' }, port: { type: 'string' }, undecided: { type: 'string' } } },
    'npm run start:gateway -- [--port 4000] [--executor apollo] [--supergraph FILE [--undecided open]]',
  );
  if (values.executor !== undefined) process.env['TONGDUI_EXECUTOR'] = values.executor;
  if (values.port !== undefined) process.env['PORT'] = values.port;
  if (values.supergraph !== undefined) return serveForeign(values.supergraph, values.undecided);
  if (values.undecided !== undefined) throw new SettingsError(['--undecided belongs to --supergraph']);
  const settings = readSettings(process.env, ['gateway']);
  const folder = dataFolder();
  const secrets = settings.sandbox ? await sandboxSecrets(folder) : undefined;
  const keys = settings.signingKeys.length > 0 ? settings.signingKeys : (secrets?.signing ?? []);
  const transport = httpTransport({ urls: urlsOf(settings), keys, shared: settings.sharedCalls, ...settings.calls });
  const names = subgraphsOf(settings.sandbox).map((line) => line.name);
  const source = sourceOf(settings, names, transport);
  if (settings.sandbox && settings.supergraph === undefined) await answering(names, transport);
  const read = async (): Promise<Composed> => readOwn(await source.read(), names);
  const composed = await (settings.supergraph === undefined ? read() : following(`TONGDUI_SUPERGRAPH ${settings.supergraph}`, read));
  const pairwise = settings.pairwiseSecrets.length > 0 ? settings.pairwiseSecrets : [Buffer.from(secrets?.pairwise ?? '', 'base64')];
  const ids = pairwiseIds(...pairwise);
  const { executor, limits, origins, persisted, streams, webhooks } = settings;
  const tokens = await tokenRules(settings, folder);
  const gateway = await createGateway({
    composed,
    source,
    transport,
    ids,
    tokens,
    subgraphs: names,
    executor,
    limits,
    origins,
    persisted,
    streams,
    webhooks,
    bus: openBus(settings),
  });
  const { server, port } = await listen(gateway, settings.port, settings.host, { tries: 0, limits });
  if (settings.adminPort !== undefined) await openAdmin(gateway, settings.adminPort, settings.adminHost);
  onHangup(gateway.reload);
  const stop = async (): Promise<void> => {
    await drain(server, gateway.drain, settings.drain);
    await gateway.stop();
    await transport.close();
  };
  onStopSignal(stop);
  console.log(`The graph answers on http://${settings.host}:${port}/graphql`);
}

/** `--supergraph FILE`: somebody else's graph, without tokens, secrets and signatures. */
async function serveForeign(file: string, undecided: string | undefined): Promise<void> {
  if (undecided !== undefined && undecided !== 'open') throw new SettingsError(['--undecided: must be open']);
  const { host, port, calls, executor, limits, origins, isPriced, adminPort, adminHost, drain: rules } = readForeignRules(process.env);
  const gateway = await following(`--supergraph ${file}`, () =>
    openForeign({ file, undecided: undecided ?? 'refused', calls, executor, limits, origins, isPriced }),
  );
  const { server, port: taken } = await listen(gateway, port, host, { tries: 0, limits });
  if (adminPort !== undefined) await openAdmin(gateway, adminPort, adminHost);
  onHangup(gateway.reload);
  const stop = async (): Promise<void> => {
    await drain(server, gateway.drain, rules);
    await gateway.stop();
  };
  onStopSignal(stop);
  console.log(`The graph of ${file} answers on http://${host}:${taken}/graphql`);
}

/** Tokens of the configured issuer; a sandbox without one trusts its own. */
async function tokenRules({ issuer, jwksUrl, audience }: Settings, folder: string): Promise<TokenRules> {
  if (issuer !== undefined && jwksUrl !== undefined) return { issuer, audience, keys: remoteKeys(jwksUrl) };
  return sandboxTokenRules(folder);
}

/**
 * The file that is named, looked at twice a second; else the contract that came with the program, looked at when somebody says so. A sandbox
 * has tools that are no part of the contract, so it is composed from what runs.
 */
function sourceOf({ supergraph, sandbox }: Settings, names: readonly string[], transport: Transport): Source {
  if (supergraph !== undefined) return fileSource(supergraph, 500);
  if (!sandbox) return fileSource(fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url)));
  const ask = (): Promise<{ name: string; sdl: string }[]> =>
    Promise.all(names.map(async (name) => ({ name, sdl: await sdlOf(name, transport) })));
  return runningSource(ask, (subgraphs) => compose([...subgraphs, gatewaySubgraph]).supergraphSdl, 5_000);
}

async function sdlOf(name: string, transport: Transport): Promise<string> {
  const { data } = await transport.send(name, { query: '{ _service { sdl } }' }, serviceViewer('gateway', 'start'));
  return (data as { _service: { sdl: string } })._service.sdl;
}

/** Resolves when every subgraph answers: they may all have been started at once. */
async function answering(names: readonly string[], transport: Transport): Promise<void> {
  for (const name of names)
    for (let tries = 0; !(await transport.ready(name)); tries += 1) {
      if (tries === 60) throw new SettingsError([`The subgraph ${name} does not answer; start it with: npm run start:subgraph -- ${name}`]);
      await wait(500);
    }
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exit(1);
});
