import { readFile, stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Generation } from './generation.js';

export interface ReloadingOptions {
  readonly file: string;
  /** `last`: the version that it follows. */
  readonly open: (sdl: string, last?: Generation) => Promise<Generation>;
  readonly log: Logger;
  readonly everyMs?: number;
}

export interface Reloading {
  /** The supergraph to ask right now, and what to call once the answer is there. */
  use(): { readonly generation: Generation; readonly done: () => void };
  /** Looks at the file at once. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves what the file says, and goes on serving it while a changed file is being opened, or cannot be. Requests that are under way keep the
 * version with which they began; it is closed when the last of them is answered. The file is looked at once in a while, which sees every
 * way of replacing a file on every file system; watching does not.
 */
export async function openReloading({ file, open, log, everyMs = 500 }: ReloadingOptions): Promise<Reloading> {
  interface Held {
    readonly generation: Generation;
    users: number;
    retired: boolean;
  }
  let seen = await stampOf(file);
  let current: Held = { generation: await open(await readFile(file, 'utf8')), users: 0, retired: false };
  const closeIfIdle = (held: Held): void => {
    if (held.retired && held.users === 0) held.generation.close().catch((error: unknown) => log.error({ err: error }, 'closing'));
  };
  const look = async (): Promise<void> => {
    const stamp = await stampOf(file);
    if (stamp === null || stamp === seen) return;
    seen = stamp;
    try {
      const sdl = await readFile(file, 'utf8');
      if (sdl === current.generation.sdl) return;
      const next: Held = { generation: await open(sdl, current.generation), users: 0, retired: false };
      const last = current;
      current = next;
      last.retired = true;
      closeIfIdle(last);
      log.warn({ file }, 'the supergraph has changed');
    } catch (error) {
      log.error({ file, reason: (error as Error).message }, 'the changed supergraph is refused; the one before is served on');
    }
  };
  let looking: Promise<void> = Promise.resolve();
  const lookAgain = (): Promise<void> => (looking = looking.then(look, look));
  const timer = setInterval(() => void lookAgain().catch(() => {}), everyMs);
  timer.unref();
  return {
    use() {
      const held = current;
      held.users += 1;
      return {
        generation: held.generation,
        done() {
          held.users -= 1;
          closeIfIdle(held);
        },
      };
    },
    look: lookAgain,
    async close() {
      clearInterval(timer);
      await looking;
      await current.generation.close();
    },
  };
}

/** Null where there is no such file right now: it may be about to be replaced. */
async function stampOf(file: string): Promise<string | null> {
  try {
    const { mtimeMs, size, ino } = await stat(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return null;
  }
}
