import type { Logger } from 'pino';
import type { Source } from './source.js';
import type { Versions } from './versions.js';

/** What became of a look at the source. */
export type Outcome = 'taken' | 'refused' | 'same';

export interface ReloadingOptions<Version> {
  readonly source: Source;
  readonly versions: Versions<Version>;
  readonly sdlOf: (version: Version) => string;
  /** Opens a version and plans what the last one was asked. Rejects where it cannot be served. */
  readonly open: (sdl: string, last: Version) => Promise<Version>;
  readonly log: Logger;
  readonly told?: (outcome: Outcome) => void;
}

export interface Reloading {
  /** Looks at once, whether or not the source seems to have changed: what was refused is tried again. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Follows a source: a new version is opened beside the one that answers and takes its place between two requests. What cannot be served
 * is said to the log, and the one before goes on.
 */
export function startReloading<Version>({ source, versions, sdlOf, open, log, told }: ReloadingOptions<Version>): Reloading {
  let seen: string | null = null;
  let isClosed = false;
  const look = async (isTold: boolean): Promise<void> => {
    const stamp = await source.stamp();
    if (isClosed || stamp === null || (stamp === seen && !isTold)) return;
    seen = stamp;
    try {
      const sdl = await source.read();
      const last = versions.current();
      if (sdl === sdlOf(last)) return told?.('same');
      const next = await open(sdl, last);
      versions.replace(next);
      told?.('taken');
      log.warn({ source: source.name }, 'the supergraph has changed');
    } catch (error) {
      told?.('refused');
      log.error(
        { source: source.name, reason: (error as Error).message },
        'the changed supergraph is refused; the one before is served on',
      );
    }
  };
  // One after the other, in whatever order they are asked for.
  let looking: Promise<void> = Promise.resolve();
  const lookAgain = (isTold: boolean, begins = (): void => {}): Promise<void> =>
    (looking = looking
      .then(() => {
        begins();
        return look(isTold);
      })
      .catch((error: unknown) => log.error({ err: error }, 'looking at the supergraph')));
  // Whoever asks while another one waits is answered by that one, which has not looked yet: many at once are no more work than two.
  let waiting: Promise<void> | undefined;
  const timer = source.everyMs === undefined ? undefined : setInterval(() => void lookAgain(false), source.everyMs).unref();
  return {
    look: () => (waiting ??= lookAgain(true, () => (waiting = undefined))),
    async close() {
      isClosed = true;
      clearInterval(timer);
      await looking;
    },
  };
}
