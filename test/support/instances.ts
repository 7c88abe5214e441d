import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer } from './close-server.js';
import { createTestDatabase } from './database.js';
import { audience, issuer, jwks } from './graph.js';
import { testSecret } from './subgraph.js';

/** Whole graphs as production processes, side by side over one database. */
export interface Instances {
  readonly databaseUrl: string;
  start(more?: { readonly environment?: Record<string, string>; readonly stderr?: number }): Promise<Instance>;
  close(): Promise<void>;
}

export interface Instance {
  readonly url: string;
  readonly child: ChildProcess;
  /** Ends it the hard way. */
  kill(): Promise<void>;
}

export async function openInstances(): Promise<Instances> {
  const database = await createTestDatabase();
  const keyServer = createServer((_request, response) => void jwks().then((keys) => response.end(JSON.stringify(keys))));
  await once(keyServer.listen(0, '127.0.0.1'), 'listening');
  const running = new Set<Instance>();
  return {
    databaseUrl: database.url,
    async start({ environment = {}, stderr } = {}) {
      const stdio: StdioOptions = ['ignore', 'pipe', stderr ?? 'ignore'];
      const child = spawn(process.execPath, ['dist/gateway/start.js'], {
        env: {
          PATH: process.env['PATH'] ?? '',
          PORT: '0',
          DATABASE_URL: database.url,
          TONGDUI_ISSUER: issuer,
          TONGDUI_AUDIENCE: audience,
          TONGDUI_JWKS_URL: `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/`,
          TONGDUI_PAIRWISE_SECRET: testSecret.toString('base64'),
          TONGDUI_SIGNING_KEYS: `test:${'s'.repeat(40)}`,
          TONGDUI_LIMITS: JSON.stringify({ rates: { partner: { perSecond: 1e6, burst: 1e6 }, staff: { perSecond: 1e6, burst: 1e6 } } }),
          ...environment,
        },
        stdio,
      });
      const url = await new Promise<string>((resolve, reject) => {
        let said = '';
        child.stdout?.on('data', (chunk: Buffer) => {
          const found = /answers on (http:\S+)/.exec((said += chunk.toString()))?.[1];
          if (found) resolve(found);
        });
        child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
      });
      const instance: Instance = {
        url,
        child,
        async kill() {
          running.delete(instance);
          if (child.exitCode !== null || child.signalCode !== null) return;
          const gone = once(child, 'exit');
          child.kill('SIGKILL');
          await gone;
        },
      };
      running.add(instance);
      return instance;
    },
    async close() {
      await Promise.all([...running].map((instance) => instance.kill()));
      await closeServer(keyServer);
      await database.drop();
    },
  };
}
