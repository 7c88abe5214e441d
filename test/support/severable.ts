import { createServer, connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A way to a server that can be cut and mended, as a network or a crash would cut it. */
export interface Severable {
  /** The server's URL by this way. */
  readonly url: string;
  /** Cuts every connection and refuses new ones. */
  sever(): Promise<void>;
  mend(): Promise<void>;
}

export async function severable(serverUrl: string): Promise<Severable> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) keep(socket);
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: Object.assign(new URL(serverUrl), { hostname: '127.0.0.1', port: String(port) }).toString(),
    sever: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    mend: () => listen(port),
  };
}
