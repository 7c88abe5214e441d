import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Gateway } from './server.js';

export interface DrainRules {
  /** How long requests are still taken after it is said that there will be no more: time for a balancer to notice. */
  readonly noticeMs: number;
  /** How long requests under way may take to end. */
  readonly longestMs: number;
}

/**
 * Lets nobody fall who asks until now: `/health/ready` says no, streams end with a code that tells to come again, every answer ends its
 * connection; then the port is closed, and what is under way is answered.
 */
export async function drain(server: Server, gateway: Pick<Gateway, 'drain'>, { noticeMs, longestMs }: DrainRules): Promise<void> {
  gateway.drain();
  if (noticeMs > 0) await wait(noticeMs);
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeIdleConnections();
  const late = new AbortController();
  await Promise.race([closed, wait(longestMs, undefined, { signal: late.signal }).catch(() => {})]);
  late.abort();
  server.closeAllConnections();
}
