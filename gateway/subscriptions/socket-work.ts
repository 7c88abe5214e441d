import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { Refused } from '../limits/refused.js';

export interface WorkRules {
  /** Operations at a time, streams among them. */
  readonly operations: number;
  /** How long its client may leave what it was told. */
  readonly stallMs: number;
}

/** What one socket has under way. */
export interface SocketWork {
  /** Refuses by throwing what is more than one socket may have at a time, and what comes when it ends. */
  begin(operation: object): void;
  /** Its last message is about to be written. */
  end(operation: object): void;
  /** Looks whether the client fetches what it is told. */
  look(): void;
  /** Ends the socket when nothing is under way any more, and takes nothing new. */
  leave(code: number, reason: string): void;
  /** Ends it now. */
  close(code: number, reason: string): void;
  /** When the socket has ended. */
  readonly gone: AbortSignal;
}

/** Operations end long before, by the time limits of subgraphs. */
const longestLeaveMs = 30_000;
/** For a client to answer that it heard that its socket is closed. */
const closingMs = 1_000;

/**
 * Every message is heard when it comes, so whoever sends a thousand operations would have a thousand under way; and whoever fetches
 * nothing would have all of their answers kept here. So there are only so many at a time, and nothing more is read of a client that
 * leaves what it was told; after a while it is cut. A socket that has to end does so between two operations: a write is made whether its
 * answer can be told or not.
 */
export function openWork(socket: WebSocket, raw: Socket, { operations, stallMs }: WorkRules): SocketWork {
  const underWay = new Set<object>();
  const gone = new AbortController();
  let ending: readonly [number, string] | undefined;
  let late: NodeJS.Timeout | undefined;
  let isHeld = false;

  const close = (code: number, reason: string): void => {
    socket.close(code, reason);
    // What is written already is still fetched, as long as it is.
    setTimeout(() => socket.terminate(), raw.writableLength > 0 ? stallMs : closingMs).unref();
  };
  const closeIfIdle = (): void => {
    if (ending && underWay.size === 0) close(...ending);
  };
  const look = (): void => {
    if (isHeld || !raw.writableNeedDrain) return;
    isHeld = true;
    socket.pause();
    const stalled = setTimeout(() => socket.terminate(), stallMs).unref();
    raw.once('drain', () => {
      clearTimeout(stalled);
      isHeld = false;
      socket.resume();
    });
  };
  // Also where no operation is asked: whatever is sent is answered somehow.
  socket.on('message', look);
  socket.on('ping', look);
  socket.once('close', () => {
    clearTimeout(late);
    gone.abort();
  });

  return {
    begin(operation) {
      if (ending || socket.readyState !== WebSocket.OPEN)
        throw new Refused(503, 'RECONNECT', 'This connection ends on our side; open another one and send it there');
      if (underWay.size >= operations)
        throw new Refused(429, 'RATE_LIMITED', 'There is too much under way on this connection; wait for an answer first', {
          limit: 'operationsPerSocket',
          max: operations,
        });
      underWay.add(operation);
    },
    end(operation) {
      underWay.delete(operation);
      if (ending) setImmediate(closeIfIdle); // Behind the message that the library writes next.
    },
    look,
    leave(code, reason) {
      if (ending) return;
      ending = [code, reason];
      late = setTimeout(() => close(code, reason), longestLeaveMs).unref();
      closeIfIdle();
    },
    close,
    gone: gone.signal,
  };
}
