import type { EntityManager } from '@mikro-orm/postgresql';
import type { WriteKey } from '../kernel/idempotency.js';
import { rows } from '../kernel/sql.js';

/**
 * What a write needs from other subgraphs, asked before its transaction opens, so that no connection waits for the network. A key that was
 * used before asks nothing: its answer is known, even while the others are out of reach.
 */
export async function firstTime<T>(em: EntityManager, key: WriteKey, load: () => Promise<T>): Promise<() => Promise<T>> {
  const [known] = await rows(em, 'select 1 as known from idempotency where principal = ? and key = ?', [key.principal, key.key]);
  if (known) return load;
  const loaded = await load();
  return () => Promise.resolve(loaded);
}
