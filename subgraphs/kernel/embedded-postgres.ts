// A real PostgreSQL out of npm: made, started, shared by several processes, stopped by the last. Mac and Windows are provided for, but only Linux was run.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgresError, exists, findSite, giveToServer, isAlive, portFor, type Site, withLock } from './embedded-postgres-files.js';

export { EmbeddedPostgresError };

export interface EmbeddedPostgres {
  /** postgres://postgres:PASSWORD@127.0.0.1:PORT/postgres, as superuser. */
  readonly url: string;
  readonly port: number;
  readonly dataFolder: string;
  /** True if the server ran already: another process of ours, or what a crashed one left. */
  readonly reused: boolean;
  /** Stops the server unless another process (or another handle of this one) still uses it; may be called twice. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Folder for the cluster, e.g. <project>/.tongdui/postgres; data out of the server user's reach goes to /var/lib/tongdui instead. */
  readonly folder: string;
  /** Server settings beside ours, e.g. { fsync: 'off' }; without effect on a server that runs already. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Deletes the cluster first; refused while somebody else uses it. Password and, if free, port stay. */
  readonly reset?: boolean;
  /** Called once if the server goes away without our `stop`; starting again then brings it back under the same url while its port is free. */
  readonly onLost?: (error: Error) => void;
}

type Client = pg.Client & { ref(): void; unref(): void }; // Missing in @types/pg.

const SETTINGS = { max_connections: '200', shared_buffers: '128MB', max_wal_size: '256MB', timezone: 'UTC', log_timezone: 'UTC' };
/** Every user of the server holds this advisory lock shared; who gets it alone is the last and may stop the server. */
const HOLD = '(7070, 1)';
const START_MS = 120_000;

/** Starts or joins the PostgreSQL of a folder, 0.6 to 2 s for a new one; rejects with an EmbeddedPostgresError of one sentence. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    const site = await findSite(options.folder);
    return await withLock(site.folder, () => open(site, options));
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    throw new EmbeddedPostgresError(`PostgreSQL cannot start in ${options.folder}: ${reasonIn(String(error).replace(/^Error: /, ''))}.`, {
      cause: error,
    });
  }
}

async function open(site: Site, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const earlierPort = (await readPostmaster(site))?.port;
  if (options.reset) await removeCluster(site, await readFile(site.passwordFile, 'utf8').catch(() => ''));
  await removeDrafts(site);
  if (!(await exists(join(site.dataFolder, 'PG_VERSION')))) await createCluster(site);
  await giveToServer(site);
  const badPassword = `The file "password" in ${site.folder} is not the one of its database: restore it, or reset the database.`;
  const password = await readFile(site.passwordFile, 'utf8').catch(() => {
    throw new EmbeddedPostgresError(badPassword);
  });
  const giveUpAt = Date.now() + START_MS;
  for (let reused = true, obstacle = 'it does not get ready'; ; await delay(20)) {
    if (Date.now() > giveUpAt) throw new EmbeddedPostgresError(`PostgreSQL cannot start in ${site.dataFolder}: ${obstacle}.`);
    const server = await runningServer(site);
    if (!server) {
      reused = false;
      obstacle = await startServer(site, { ...SETTINGS, ...options.settings }, earlierPort);
    } else if (server.port) {
      const url = `postgres://postgres:${password}@127.0.0.1:${server.port}/postgres`;
      const client = await hold(url).catch((error: Error & { code?: string }) => {
        obstacle = error.message; // It recovers, or is about to stop: look again.
        if (error.code?.startsWith('28')) throw new EmbeddedPostgresError(badPassword);
      });
      if (client) return handle(site, { url, port: server.port, dataFolder: site.dataFolder, reused }, client, options.onLost);
    }
  }
}

function handle(
  site: Site,
  facts: Omit<EmbeddedPostgres, 'stop'>,
  client: Client,
  onLost: EmbeddedPostgresOptions['onLost'],
): EmbeddedPostgres {
  let lost = false;
  let stopping: Promise<void> | undefined;
  client.on('error', (error) => {
    if (!lost && !stopping) onLost?.(error);
    lost = true;
  });
  const release = async (): Promise<void> => {
    // If our connection broke, others may have brought the server back.
    const asker = lost ? await hold(facts.url).catch(() => undefined) : client;
    if (!asker) return;
    asker.ref();
    try {
      if (await isLast(asker)) await stopServer(site);
    } finally {
      void asker.end().catch(() => {});
    }
  };
  return { ...facts, stop: () => (stopping ??= release()) };
}

/** A connection that says "in use" to other processes. It keeps neither the event loop alive nor, by its errors, kills the process. */
async function hold(url: string): Promise<Client> {
  const client = new pg.Client({
    connectionString: url,
    ssl: false,
    connectionTimeoutMillis: 5_000,
    application_name: 'tongdui-hold',
  }) as Client;
  client.on('error', () => {});
  try {
    await client.connect();
    // While the last one stops the server this waits, and then fails with it: nobody gets a handle on a server that is going down.
    await client.query(`select pg_advisory_lock_shared${HOLD}`);
  } catch (error) {
    void client.end().catch(() => {});
    throw error;
  }
  client.unref();
  return client;
}

/** Waits a little: the session of a process that was killed just now lives on for a moment, and would keep the server up for ever. */
async function isLast(client: Client): Promise<boolean> {
  try {
    await client.query(`select pg_advisory_unlock_shared${HOLD}; set lock_timeout = 200; select pg_advisory_lock${HOLD}`);
    return true;
  } catch {
    return false; // Another one uses the server, or it is gone already.
  }
}

/** Whether anybody holds the server; one that cannot be asked is used by nobody who could be harmed. */
async function isUsed(url: string): Promise<boolean> {
  const client = await hold(url).catch(() => undefined);
  if (!client) return false;
  client.ref();
  const alone = await isLast(client);
  await client.end().catch(() => {});
  return !alone;
}

/** initdb fills a draft that is renamed when complete, so that a kill in between leaves nothing that looks like a cluster. */
async function createCluster(site: Site): Promise<void> {
  const draft = `${site.dataFolder}.new-${process.pid}`;
  await mkdir(draft, { mode: 0o700 });
  // A reset keeps the password, and with it the urls that others hold.
  const password = (await readFile(site.passwordFile, 'utf8').catch(() => '')) || randomBytes(18).toString('hex');
  await writeFile(site.passwordFile, password, { mode: 0o600 });
  try {
    if (site.user) for (const path of [draft, site.passwordFile]) await chown(path, site.user.uid, site.user.gid);
    const args = ['-D', draft, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', site.passwordFile, '-E', 'UTF8', '--locale=C'];
    const { code, output } = await run(site, 'initdb', [...args, '--no-sync', '--no-instructions']);
    if (code !== 0) throw new EmbeddedPostgresError(`PostgreSQL cannot make a database in ${site.folder}: ${reasonIn(output)}.`);
    await rename(draft, site.dataFolder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  } finally {
    // Back to us: only initdb reads the password, the server has its own digest of it.
    if (site.user) await chown(site.passwordFile, process.getuid!(), process.getgid!());
  }
}

/** Looks at each start: an initdb whose starter was killed goes on for a second, and may fill its draft after the next start. */
async function removeDrafts(site: Site): Promise<void> {
  const drafts = (await readdir(site.folder)).filter((name) => name.startsWith('data.new'));
  for (const name of drafts) await rm(join(site.folder, name), { recursive: true, force: true }).catch(() => {});
}

async function removeCluster(site: Site, password: string): Promise<void> {
  const server = await runningServer(site);
  if (server?.port && (await isUsed(`postgres://postgres:${password}@127.0.0.1:${server.port}/postgres`)))
    throw new EmbeddedPostgresError(`Another graph uses the database in ${site.dataFolder}: stop it, then reset.`);
  if (server) await stopServer(site);
  await rm(site.dataFolder, { recursive: true, force: true });
}

/** Starts the server, or returns the obstacle if that passes by itself and the caller should look again. */
async function startServer(site: Site, settings: Record<string, string>, earlierPort: number | undefined): Promise<string> {
  const port = String(await choosePort(earlierPort, portFor(site.folder)));
  const options = serverOptions({ ...settings, listen_addresses: '127.0.0.1', unix_socket_directories: '', port }, process.platform);
  // The last run's log may tell of a crash; this run's must begin empty, so that its end is about this start.
  await rename(site.logFile, `${site.logFile}.old`).catch(() => {});
  const args = ['-D', site.dataFolder, '-l', site.logFile, '-o', options];
  const { code, output } = await run(site, 'pg_ctl', ['start', ...args, '-s', '-w', '-t', '300']);
  if (code === 0) return '';
  const log = await readFile(site.logFile, 'utf8').catch(() => output);
  if (!isPassing(log)) throw new EmbeddedPostgresError(`PostgreSQL cannot start in ${site.dataFolder}: ${reasonIn(log)}.`);
  await delay(200);
  return reasonIn(log);
}

async function stopServer(site: Site): Promise<void> {
  const { code, output } = await run(site, 'pg_ctl', ['stop', '-D', site.dataFolder, '-s', '-w', '-t', '60', '-m', 'fast']);
  if (code !== 0 && (await runningServer(site)))
    throw new EmbeddedPostgresError(`PostgreSQL in ${site.dataFolder} does not stop: ${reasonIn(output)}.`);
}

/** The server of this folder, without its port while it is just starting; the file of a dead one is removed if a living pid would block a start. */
async function runningServer(site: Site): Promise<{ port?: number } | undefined> {
  const found = await readPostmaster(site);
  if (!found || !isAlive(found.pid)) return undefined;
  if ((await commandOf(found.pid)).includes(process.platform === 'win32' ? 'postgres' : ` ${site.dataFolder} `)) return found;
  await rm(join(site.dataFolder, 'postmaster.pid'), { force: true });
  return undefined;
}

const readPostmaster = async (site: Site) =>
  parsePostmaster(await readFile(join(site.dataFolder, 'postmaster.pid'), 'utf8').catch(() => ''));

/** Reads postmaster.pid, which a starting server writes line by line: pid, data folder, start time, port, … */
export function parsePostmaster(text: string): { pid: number; port?: number } | undefined {
  const [pid, , , port] = text.split('\n').map(Number);
  return pid ? { pid, ...(port ? { port } : {}) } : undefined;
}

/** Empty for a zombie. On Linux not by /proc/PID/cwd, which root may not read in a container. */
async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux')
    return readFile(`/proc/${pid}/cmdline`, 'utf8').then(
      (text) => text.replaceAll('\0', ' '),
      () => '',
    );
  const [program, args] =
    process.platform === 'win32' ? ['tasklist', ['/fi', `pid eq ${pid}`]] : ['ps', ['-o', 'command=', '-p', String(pid)]];
  return (await output(spawn(program as string, args as string[], { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true }))).output;
}

/** Settings as the one text that pg_ctl hands to a shell. */
export function serverOptions(settings: Record<string, string>, platform: string): string {
  const quote = (text: string) => (platform === 'win32' ? `"${text}"` : `'${text.replaceAll("'", `'\\''`)}'`);
  return Object.entries(settings)
    .map(([name, value]) => `-c ${quote(`${name}=${value}`)}`)
    .join(' ');
}

/** Obstacles that go away: a port taken since we tried it, backends of a killed server that have not noticed yet, a start beside ours. */
export const isPassing = (log: string): boolean =>
  /Address already in use|shared memory block .* still in use|lock file "postmaster.pid" already exists/.test(log);

/** What went wrong, out of a program's output or log, as the end of a sentence. */
export function reasonIn(text: string): string {
  if (/No space left on device|ENOSPC/.test(text))
    return 'the disk is full (a new database takes 60 MB, and as much again where its programs are copied)';
  if (/could not look up effective user ID/.test(text))
    return 'the user that runs this has no entry in /etc/passwd, which PostgreSQL needs';
  const lines = text.split('\n').map((line) => line.replace(/^[-\d]+ [\d:.]+ \w+ \[\d+\] /, '').trim());
  const telling = lines.filter((line) => /error|fatal|panic|detail|hint/i.test(line));
  const last = (telling.length > 0 ? telling : lines.filter(Boolean)).slice(-3).join('; ');
  return last.replace(/\.$/, '') || 'it gave no reason';
}

/** A crashed server's port first, so that pools which use its url find it again; while it dies it still holds that port for a moment. */
async function choosePort(earlier: number | undefined, usual: number): Promise<number> {
  for (let tries = earlier ? 25 : 0; tries > 0; tries--) {
    if (await tryPort(earlier)) return earlier!;
    await delay(20);
  }
  return (await tryPort(usual)) ?? (await tryPort(0)) ?? usual;
}

/** The port if it is free on 127.0.0.1; 0 stands for any. */
function tryPort(wanted: number | undefined): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(undefined));
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** Runs one of PostgreSQL's programs as the server's user, in a process group of its own: a second Ctrl-C must not break off an orderly stop. */
async function run(site: Site, program: 'initdb' | 'pg_ctl', args: string[]): Promise<{ code: number | null; output: string }> {
  // The server would inherit and keep open a Windows pipe.
  const pipe = process.platform === 'win32' && args[0] === 'start' ? 'ignore' : 'pipe';
  const child = spawn(join(site.programs, program), args, {
    cwd: site.folder,
    env: serverEnvironment(process.env),
    stdio: ['ignore', pipe, pipe],
    detached: process.platform !== 'win32',
    windowsHide: true,
    ...site.user,
  });
  return output(child).catch((error: NodeJS.ErrnoException) => {
    // The file is there; what is not found is the loader it names.
    if (error.code === 'ENOENT')
      throw new EmbeddedPostgresError(
        'The PostgreSQL of npm needs glibc, which Alpine lacks: use a Debian-based system, or set DATABASE_URL.',
      );
    throw error;
  });
}

function output(child: ReturnType<typeof spawn>): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => void (text += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output: text }));
  });
}

/** PG… variables of a developer's shell would change the server's behaviour; messages are read by us, so they must be English. */
export function serverEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}
