import type { EntityManager } from '@mikro-orm/postgresql';
import { decode } from '../../kernel/json.js';
import { rows } from '../../kernel/sql.js';
import { type Policy, policyFrom } from './policy.js';

/** Stands for every partner that has no word of its own; no partner's id. */
export const everyone = '*';

/** What holds for each of these partners, in their order. */
export async function policiesOf(em: EntityManager, owners: readonly string[]): Promise<Policy[]> {
  const found = await rows<{ owner: string; body: string }>(em, 'select owner, body from catalog_policy where owner = any(?::text[])', [
    [...owners, everyone],
  ]);
  const wordOf = (owner: string): Partial<Policy> | null => {
    const row = found.find((candidate) => candidate.owner === owner);
    return row ? decode<Partial<Policy>>(row.body) : null;
  };
  return owners.map((owner) => policyFrom(wordOf(everyone), wordOf(owner)));
}

export const policyOf = async (em: EntityManager, owner: string): Promise<Policy> => (await policiesOf(em, [owner]))[0] as Policy;
