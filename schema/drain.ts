import type { Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

export interface DrainRules {
  /** How long requests are still taken after it is said that there will be no more: time for a balancer to notice. */
  readonly noticeMs: number;
  /** How long requests under way may take to end. */
  readonly longestMs: number;
}

/** Answers under way on one server: once it drains, each ends its connection, for a caller that keeps asking on it would never let it end. */
export class Answers {
  private readonly underWay = new Set<ServerResponse>();
  private draining = false;

  begin(response: ServerResponse): void {
    this.underWay.add(response);
    response.once('close', () => this.underWay.delete(response));
    if (this.draining) response.setHeader('connection', 'close');
  }

  drain(): void {
    this.draining = true;
    for (const response of this.underWay) if (!response.headersSent) response.setHeader('connection', 'close');
  }

  get isDraining(): boolean {
    return this.draining;
  }
}

/**
 * Lets nobody fall who asks until now: `/health/ready` says no, every answer ends its connection (`tell` begins both); then the port is closed,
 * and what is under way is answered.
 */
export async function drain(server: Server, tell: () => void, { noticeMs, longestMs }: DrainRules): Promise<void> {
  tell();
  if (noticeMs > 0) await wait(noticeMs);
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeIdleConnections();
  const late = new AbortController();
  await Promise.race([closed, wait(longestMs, undefined, { signal: late.signal }).catch(() => {})]);
  late.abort();
  server.closeAllConnections();
}

/** Ends the process when it is told to, once: a second signal, as of a closing terminal or an impatient operator, cuts off nothing that the first one lets end. */
export function onStopSignal(stop: () => Promise<void>): void {
  let stopping: Promise<void> | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void (stopping ??= stop().then(() => process.exit(0))));
}
