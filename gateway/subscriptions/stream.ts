import { GraphQLError } from 'graphql';
import { codes, isCode, type Code } from '../../schema/codes.js';
import type { Viewer } from '../../schema/viewer.js';
import type { EventLog, StreamEvent } from './event-log.js';

/** Where a stream's answers go. */
export interface Sink {
  /** Resolves when the reader has room for more; false when it has gone or does not fetch. */
  next(id: string, answer: string): Promise<boolean>;
  /** Nothing happened up to here. */
  beat(id: string): Promise<boolean>;
  /** Ends the stream, with the reason as a GraphQL error. */
  end(id: string, code: Code): void;
}

export interface StreamParts {
  readonly log: EventLog;
  readonly sink: Sink;
  /** Who is asking as of now, or why no stream is theirs any more. */
  readonly viewerNow: () => Promise<Viewer | Code>;
  /** Runs the selection for an event, or says why the stream ends. */
  readonly answer: (event: StreamEvent, viewer: Viewer) => Promise<{ readonly text: string; readonly retryAfterMs?: number } | Code>;
  readonly wants: (event: StreamEvent) => boolean;
  /** What happens to whoever follows when this event comes: the stream ends with the code. */
  readonly endsWith: (event: StreamEvent) => Code | null;
  readonly batch: number;
  /** Resolves when there may be more, or after a while. */
  readonly rest: () => Promise<void>;
  readonly ended: AbortSignal;
}

/**
 * Follows events from a cursor until something ends it. It pulls: a page is read when the one before it is delivered, so that a reader
 * that is slow holds up itself and nothing else, and no queue grows. What is delivered is delivered once, in order.
 */
export async function follow(parts: StreamParts, from: string): Promise<void> {
  const { log, sink, viewerNow, rest, ended, batch } = parts;
  let place = from;
  const end = (code: Code): void => sink.end(place, code);
  while (!ended.aborted) {
    const viewer = await viewerNow();
    if (ended.aborted) return;
    if (typeof viewer === 'string') return end(viewer);
    let page: Awaited<ReturnType<EventLog['page']>>;
    try {
      page = await log.page(viewer, place, batch);
    } catch (error) {
      const code = error instanceof GraphQLError ? error.extensions['code'] : undefined;
      if (code !== 'SUBGRAPH_UNAVAILABLE') return end(isCode(code) ? code : 'INTERNAL');
      await rest(); // Nobody can tell now; nothing is lost by asking later.
      continue;
    }
    for (const event of page.events) {
      if (parts.wants(event)) {
        const kept = await deliver(parts, event);
        if (kept !== true) return typeof kept === 'string' ? end(kept) : undefined;
      }
      place = event.id;
      const code = parts.endsWith(event);
      if (code !== null) return end(code);
    }
    place = page.end;
    if (page.more) continue;
    if (page.events.length === 0 && !(await sink.beat(place))) return;
    await rest();
  }
}

/** True when it is delivered; a code that ends the stream; false where the reader has gone. */
async function deliver({ viewerNow, answer, sink, ended }: StreamParts, event: StreamEvent): Promise<boolean | Code> {
  while (!ended.aborted) {
    const viewer = await viewerNow();
    if (typeof viewer === 'string') return viewer;
    const answered = await answer(event, viewer);
    if (ended.aborted) return false;
    if (typeof answered === 'string') return answered;
    const { text, retryAfterMs } = answered;
    if (retryAfterMs === undefined) return sink.next(event.id, text);
    await pause(retryAfterMs, ended); // The caller's units are spent: the event waits, it is not lost.
  }
  return false;
}

export function pause(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ended.aborted) return resolve();
    const stop = (): void => {
      clearTimeout(timer);
      ended.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setTimeout(stop, ms);
    ended.addEventListener('abort', stop);
  });
}

/** The last word of a stream, as GraphQL says it, and from where to read on. */
export const endingText = (code: Code, id: string): string =>
  JSON.stringify({ errors: [{ message: codes[code], extensions: { code, lastEventId: id } }] });
