import type { Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PersistedMode } from '../../schema/persisted-modes.js';
import { type Manifest, readManifest } from './manifest.js';
import { type ClientManifest, clientManifest, type Registered } from './registered.js';

export interface PersistedSettings {
  /** Holds `NAME.json` per client, partner or kind of callers; none where nothing is registered. */
  readonly folder: string | undefined;
  readonly modes: ReadonlyMap<string, PersistedMode>;
}

/** One registered document; what is registered is planned before it is first asked. */
export interface RegisteredDocument {
  readonly client: string;
  readonly id: string;
  readonly text: string;
}

export interface PersistedStore {
  registered(): Registered;
  documents(): readonly RegisteredDocument[];
  /** Looks at the folder again; true where something has changed. */
  refresh(): Promise<boolean>;
  close(): void;
}

export interface PersistedLog {
  warn(facts: object, message: string): void;
}

export const nothingPersisted: PersistedSettings = { folder: undefined, modes: new Map() };

const everyMs = 2_000;

interface Kept {
  readonly stamp: string;
  readonly manifest: ClientManifest;
}

/**
 * Manifests of a folder. At the start a bad one is an error; later a file that changes is read within two seconds, and one that cannot
 * be used is told to the log while what was read before holds. Looked at rather than watched, for mounted folders do not tell.
 */
export async function openPersisted(
  { folder, modes }: PersistedSettings,
  log: PersistedLog,
  /** Hears of what is registered since the last look. */
  onAdded = (_added: readonly RegisteredDocument[]): void => {},
): Promise<PersistedStore> {
  let kept: ReadonlyMap<string, Kept> = folder === undefined ? new Map() : await load(folder, new Map(), refuse);
  let current = registeredOf(kept, modes);
  const bad = new Map<string, string>();
  const documentsOf = (manifests: typeof kept): RegisteredDocument[] =>
    [...manifests].flatMap(([client, { manifest }]) => [...manifest.byId].map(([id, text]) => ({ client, id, text })));
  const refresh = async (): Promise<boolean> => {
    if (folder === undefined) return false;
    const next = await load(folder, kept, (name, error, stamp) => {
      if (bad.get(name) !== stamp)
        log.warn({ manifest: name, reason: error.message }, 'a manifest cannot be used; what was read before holds');
      bad.set(name, stamp);
    });
    if (next.size === kept.size && [...next].every(([name, { manifest }]) => kept.get(name)?.manifest === manifest)) return false;
    const before = new Set(documentsOf(kept).map(({ id }) => id));
    kept = next;
    current = registeredOf(kept, modes);
    onAdded(documentsOf(kept).filter(({ id }) => !before.has(id)));
    return true;
  };
  let running: Promise<void> | undefined;
  const look = (): void => {
    running ??= refresh()
      .then(() => {})
      .catch((error: unknown) => log.warn({ err: error }, 'the folder of manifests cannot be read'))
      .finally(() => (running = undefined));
  };
  const timer = folder === undefined ? undefined : setInterval(look, everyMs).unref();
  return {
    registered: () => current,
    documents: () => documentsOf(kept),
    refresh,
    close: () => clearInterval(timer),
  };
}

function refuse(name: string, error: Error): never {
  throw new Error(`The manifest ${name} ${error.message}`);
}

/** Files that are as they were are not read again. */
async function load(
  folder: string,
  before: ReadonlyMap<string, Kept>,
  onBad: (file: string, error: Error, stamp: string) => void,
): Promise<ReadonlyMap<string, Kept>> {
  const loaded = new Map<string, Kept>();
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()) {
    const path = join(folder, file);
    const client = basename(file, '.json');
    const earlier = before.get(client);
    let stamp = 'gone';
    try {
      stamp = stampOf(await stat(path));
    } catch (error) {
      // Replaced just now, or a link to nothing: the others are read all the same.
      onBad(file, error as Error, stamp);
      if (earlier) loaded.set(client, earlier);
      continue;
    }
    if (earlier?.stamp === stamp) {
      loaded.set(client, earlier);
      continue;
    }
    let manifest: Manifest;
    try {
      manifest = readManifest(await readFile(path, 'utf8'));
    } catch (error) {
      onBad(file, error as Error, stamp);
      if (earlier) loaded.set(client, earlier);
      continue;
    }
    loaded.set(client, { stamp, manifest: clientManifest(manifest) });
  }
  return loaded;
}

const stampOf = ({ mtimeMs, size, ino }: Stats): string => `${mtimeMs} ${size} ${ino}`;

const registeredOf = (kept: ReadonlyMap<string, Kept>, modes: Registered['modes']): Registered => ({
  manifests: new Map([...kept].map(([name, { manifest }]) => [name, manifest])),
  modes,
});
