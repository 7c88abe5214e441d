import type { IncomingMessage, ServerResponse } from 'node:http';

/** The requests of one connection. */
interface Line {
  /** The last answer of those that were begun or wait. */
  last: ServerResponse;
  waiting: number;
}

const lines = new WeakMap<object, Line>();

/** Clients that send ahead at all send a handful. */
const maxWaiting = 50;

/** Whether an answer of the connection is under way or waits for its turn. */
export const isBusy = (socket: object): boolean => lines.get(socket)?.last.writableFinished === false;

/**
 * Requests of one connection are heard one after the other, each when the answer before it is fetched: whoever sends a thousand at once and
 * fetches nothing costs one answer. Nearly no client sends so. Trap: Node itself stops reading only for answers that are not fetched, not for
 * requests that wait for one, so whoever sends on behind a long answer is cut off.
 */
export function oneAtATime(request: IncomingMessage, response: ServerResponse, hear: () => void): void {
  const { socket } = request;
  // The parser goes on to the end of what it was given.
  if (socket.destroyed) return;
  const line = lines.get(socket);
  if (!line) {
    lines.set(socket, { last: response, waiting: 0 });
    return hear();
  }
  const before = line.last;
  line.last = response;
  if (before.writableFinished) return hear();
  if (line.waiting === maxWaiting) return void socket.destroy();
  line.waiting += 1;
  before.once('close', () => {
    line.waiting -= 1;
    if (!socket.destroyed) hear();
  });
}
