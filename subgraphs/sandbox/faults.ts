import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { type Faults, InjectedFault } from '../kernel/faults.js';

export const faultActions = ['ERROR', 'EXIT', 'DELAY'] as const;
export type FaultAction = (typeof faultActions)[number];

/** Faults that were ordered through the graph, read from the database, so that every process of a sandbox sees them. */
export function sandboxFaults(databaseUrl: string): Faults & { close(): Promise<void> } {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, connectionTimeoutMillis: 1_000 });
  pool.on('error', () => {});
  const take = async (point: string): Promise<{ action: FaultAction; delay_ms: number } | undefined> => {
    const result = await pool.query<{ action: FaultAction; delay_ms: number }>(
      'update sandbox.fault set remaining = remaining - 1 where point = $1 and remaining > 0 returning action, delay_ms',
      [point],
    );
    return result.rows[0];
  };
  return {
    async reach(point) {
      // A database that is down, or that has no sandbox yet, has no orders to give.
      const fault = await take(point).catch(() => undefined);
      if (!fault) return;
      if (fault.action === 'EXIT') process.kill(process.pid, 'SIGKILL');
      await wait(fault.delay_ms);
      if (fault.action === 'ERROR') throw new InjectedFault(`a failure was ordered at ${point}`);
    },
    close: () => pool.end(),
  };
}
