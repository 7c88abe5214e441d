import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** How long a connection may take from its request until it is a WebSocket, or has fetched why it is none. */
const handoverMs = 10_000;

/**
 * Trap: Node hands over the socket of an upgrade bare, without its own listeners for errors and time-outs. A reset of the connection would then be
 * an exception that nobody catches, and a client that never closes would hold it for ever. Answers how to tell that it is a WebSocket.
 */
export function guardHandover(socket: Duplex, withinMs: number = handoverMs): () => void {
  socket.on('error', () => socket.destroy());
  const late = setTimeout(() => socket.destroy(), withinMs).unref();
  socket.once('close', () => clearTimeout(late));
  return () => clearTimeout(late);
}

/** Says no to an upgrade and ends the connection, whether its client ends it or not. */
export function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
}
