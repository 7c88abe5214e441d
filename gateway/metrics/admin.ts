import { createServer, type Server } from 'node:http';
import { send } from '../respond.js';
import type { Gateway } from '../server.js';

/** Opens the port for those who run the gateway: `/metrics` for Prometheus. It asks for no token, so it is for an inner network alone. */
export async function openAdmin(gateway: Pick<Gateway, 'metrics'>, port: number, host: string): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return send(response, 404, { status: 'nothing here' });
    gateway.metrics().then(
      ({ type, text }) => response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(text),
      () => send(response, 500, { status: 'no metrics' }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server.unref();
}
