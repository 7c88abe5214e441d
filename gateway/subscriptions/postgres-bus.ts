import pg from 'pg';
import { type Bus, sparingly } from './bus.js';

const channel = 'tongdui_events';
const saidChannel = 'tongdui_said';
const againMs = 1_000;

/**
 * Wakes by LISTEN and NOTIFY on a connection of its own, each NOTIFY a transaction that does nothing else: the lock that it takes at
 * its commit holds up no write on points. While the database is away nobody is woken; it is connected again for as long as it takes.
 */
export function postgresBus(url: string, warn: (error: unknown) => void): Bus {
  const calls: (() => void)[] = [];
  const hearers: ((text: string) => void)[] = [];
  let client: pg.Client | undefined;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url, application_name: 'tongdui-gateway', keepAlive: true });
    let isLost = false;
    const lost = (error?: unknown): void => {
      if (isLost) return;
      isLost = true;
      if (client === next) client = undefined;
      if (isClosed) return;
      if (error) warn(error);
      timer = setTimeout(() => void connect(), againMs).unref();
    };
    next.on('error', lost);
    next.on('end', () => lost());
    next.on('notification', ({ channel: by, payload = '' }) => {
      if (by === saidChannel) for (const hear of hearers) hear(payload);
      else for (const call of calls) call();
    });
    try {
      await next.connect();
      await next.query(`listen ${channel}; listen ${saidChannel}`);
      if (isClosed) return await next.end();
      client = next;
      // What was written while nobody listened is found now.
      for (const call of calls) call();
    } catch (error) {
      lost(error);
      await next.end().catch(() => {});
    }
  };
  const told = sparingly(() => void client?.query(`notify ${channel}`).catch(warn));
  const connected = connect();
  return {
    publish: told.call,
    subscribe: (call) => void calls.push(call),
    say: (text) => void client?.query('select pg_notify($1, $2)', [saidChannel, text]).catch(warn),
    hear: (call) => void hearers.push(call),
    async close() {
      isClosed = true;
      told.stop();
      clearTimeout(timer);
      await connected;
      await client?.end().catch(() => {});
    },
  };
}
