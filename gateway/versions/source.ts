import { readFile, stat } from 'node:fs/promises';
import { hash } from 'node:crypto';

/** Where the supergraph comes from. */
export interface Source {
  /** For the log. */
  readonly name: string;
  /** Differs from what it was whenever there may be something new; null where there is nothing to read right now. */
  stamp(): Promise<string | null>;
  /** The supergraph's SDL. */
  read(): Promise<string>;
  /** How often it is looked at; only when somebody says so where it is absent. */
  readonly everyMs?: number;
}

/** Many times what any supergraph has; more is some other file. */
const maxBytes = 33_554_432;

/** A file. It is looked at rather than watched: watching misses replaced, mounted and linked files on one system or another. */
export const fileSource = (file: string, everyMs?: number): Source => ({
  name: file,
  ...(everyMs === undefined ? {} : { everyMs }),
  async read() {
    // What is no file may never end, nor begin.
    const found = await stat(file);
    if (!found.isFile() || found.size > maxBytes) throw new Error(`it is no file of at most ${maxBytes} bytes`);
    return readFile(file, 'utf8');
  },
  async stamp() {
    try {
      const { mtimeMs, size, ino } = await stat(file);
      return `${mtimeMs} ${size} ${ino}`;
    } catch {
      return null; // It may be about to be replaced.
    }
  },
});

/** What runs: composed anew where a subgraph says something else of itself than before. */
export function runningSource(
  ask: () => Promise<readonly { readonly name: string; readonly sdl: string }[]>,
  compose: (subgraphs: readonly { readonly name: string; readonly sdl: string }[]) => string,
  everyMs?: number,
): Source {
  let last: { readonly stamp: string; readonly sdl: string } | undefined;
  const stampOf = (subgraphs: Awaited<ReturnType<typeof ask>>): string => hash('sha256', JSON.stringify(subgraphs));
  return {
    name: 'the running subgraphs',
    ...(everyMs === undefined ? {} : { everyMs }),
    stamp: () => ask().then(stampOf, () => null),
    async read() {
      const subgraphs = await ask();
      const stamp = stampOf(subgraphs);
      if (last?.stamp !== stamp) last = { stamp, sdl: compose(subgraphs) };
      return last.sdl;
    },
  };
}
