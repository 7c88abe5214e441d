import type { EntityManager } from '@mikro-orm/postgresql';
import type { PairwiseIds } from '../../schema/pairwise-id.js';
import type { Database } from './database.js';
import { invariant } from './invariant.js';

type Digests = Pick<PairwiseIds, 'digest' | 'isDigestOf'>;

/** By configuration, which all forks and transactions of one database share: a write is known by its entity manager alone. */
const known = new WeakMap<object, Digests>();

/** From now on bodies of writes to this database are known by digests under the process's secret. */
export const digestBodies = ({ em }: Database, digests: Digests): void => void known.set(em.config, digests);

/** Under the secret, for bodies say who a member is: a bare hash of a name and a number is found by trying. */
export function bodyDigests({ config }: EntityManager): Digests {
  const digests = known.get(config);
  invariant(digests, 'a subgraph that is open digests bodies');
  return digests;
}
