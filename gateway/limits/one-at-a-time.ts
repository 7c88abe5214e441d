import type { IncomingMessage, ServerResponse } from 'node:http';

/** The last answer of each connection. */
const last = new WeakMap<object, ServerResponse>();

/**
 * Requests of one connection are heard one after the other, each when the answer before it is fetched: whoever sends a thousand at once and
 * fetches nothing costs one answer. Nearly no client sends so.
 */
export function oneAtATime(request: IncomingMessage, response: ServerResponse, hear: () => void): void {
  const before = last.get(request.socket);
  last.set(request.socket, response);
  if (!before || before.writableFinished) hear();
  else before.once('close', () => (request.socket.destroyed ? undefined : hear()));
}
