import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface DrainRules {
  /** How long requests are still taken after it is said that there will be no more: time for a balancer to notice. */
  readonly noticeMs: number;
  /** How long requests under way may take to end. */
  readonly longestMs: number;
}

/** Answers under way on one server: once it drains, each ends its connection, for a caller that keeps asking on it would never let it end. */
export class Answers {
  /** By connection. Trap: of answers that wait for their turn Node says no `close` where a CONNECT or an upgrade came behind them. */
  private readonly underWay = new Map<Socket, Set<ServerResponse>>();
  private draining = false;

  begin(response: ServerResponse): void {
    const { socket } = response.req;
    // The parser goes on to the end of what it was given.
    if (socket.destroyed) return;
    const answers = this.ofConnection(socket);
    answers.add(response);
    response.once('close', () => answers.delete(response));
    if (this.draining) response.setHeader('connection', 'close');
  }

  drain(): void {
    this.draining = true;
    for (const answers of this.underWay.values())
      for (const response of answers) if (!response.headersSent) response.setHeader('connection', 'close');
  }

  private ofConnection(socket: Socket): Set<ServerResponse> {
    const known = this.underWay.get(socket);
    if (known) return known;
    const answers = new Set<ServerResponse>();
    this.underWay.set(socket, answers);
    socket.once('close', () => this.underWay.delete(socket));
    return answers;
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

/**
 * Ends the process when it is told to, once: a second signal, as of a closing terminal or an impatient operator, cuts off nothing that the first
 * one lets end. SIGHUP is one of them, unless it already means something else here.
 */
export function onStopSignal(stop: () => Promise<void>): void {
  let stopping: Promise<void> | undefined;
  const hangup = process.listenerCount('SIGHUP') === 0 ? (['SIGHUP'] as const) : [];
  for (const signal of ['SIGINT', 'SIGTERM', ...hangup] as const)
    process.on(signal, () => void (stopping ??= stop().then(() => process.exit(0))));
}
