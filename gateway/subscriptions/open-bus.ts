import type { Settings } from '../../schema/settings.js';
import { type Bus, noBus } from './bus.js';
import { natsBus } from './nats-bus.js';
import { postgresBus } from './postgres-bus.js';

/** The way by which instances wake each other, as configured: NATS, else a database that they share, else none. */
export function openBus({ natsUrl, databaseUrl, sandbox }: Pick<Settings, 'natsUrl' | 'databaseUrl' | 'sandbox'>): Bus {
  const warn = sparing((error) => console.error(`Instances cannot wake each other right now: ${(error as Error).message}`));
  if (natsUrl !== undefined) return natsBus(natsUrl, warn);
  if (databaseUrl !== undefined) return postgresBus(databaseUrl, warn);
  if (!sandbox)
    console.error(
      'Neither DATABASE_URL nor NATS_URL: several instances of this gateway would each allow a whole rate, and not wake each other.',
    );
  return noBus;
}

/** Once a minute at the most. */
function sparing(say: (error: unknown) => void): (error: unknown) => void {
  let silentUntil = 0;
  return (error) => {
    if (performance.now() < silentUntil) return;
    silentUntil = performance.now() + 60_000;
    say(error);
  };
}
