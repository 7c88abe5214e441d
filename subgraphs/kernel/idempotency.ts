import type { EntityManager } from '@mikro-orm/postgresql';
import { audit } from './audit.js';
import { bodyDigests } from './body-digest.js';
import { DomainError } from './errors.js';
import { canonical, decode, encode } from './json.js';
import { rows } from './sql.js';
import type { WriteKey } from './write-key.js';

export { audit, auditChange } from './audit.js';
export { writeKey, type WriteKey } from './write-key.js';

/** What every write decides: a fact that was made true, or a refusal that changed nothing. */
export interface Outcome {
  readonly kind: string;
}

export interface Once<O> {
  readonly outcome: O;
  readonly replayed: boolean;
}

/**
 * Runs `work` at most once per key, in one transaction with the record of its answer. Same key and body: the first answer again.
 * Other body: IDEMPOTENCY_CONFLICT. Two at once: the second waits for the first. An error rolls everything back and frees the key;
 * a refusal (kind `refused`) is an answer like any other and leaves one audit entry. Keys live 30 days (`forget-keys.ts`).
 * `work` finds what the database holds, never what the request has read before: that may have been changed by a plain statement since.
 */
export async function once<O extends Outcome>(
  em: EntityManager,
  key: WriteKey,
  body: unknown,
  work: (tx: EntityManager) => Promise<O>,
): Promise<Once<O>> {
  const text = `${key.operation}\n${canonical(body)}`;
  return em.transactional(
    async (tx) => {
      const fresh = await rows(
        tx,
        `insert into idempotency (principal, key, operation, body_hash, created_at) values (?, ?, ?, ?, clock())
       on conflict (principal, key) do update set operation = excluded.operation, body_hash = excluded.body_hash, created_at = excluded.created_at, answer = null
         where idempotency.created_at <= clock() - interval '30 days'
       returning 1 as fresh`,
        [key.principal, key.key, key.operation, bodyDigests(em).digest(text)],
      );
      if (fresh.length === 0) return replay<O>(tx, key, text);
      const outcome = await work(tx);
      await tx.flush();
      await rows(tx, 'update idempotency set answer = ? where principal = ? and key = ?', [encode(outcome), key.principal, key.key]);
      if (outcome.kind === 'refused') await audit(tx, key, outcome);
      return { outcome, replayed: false };
    },
    { clear: true },
  );
}

async function replay<O>(tx: EntityManager, key: WriteKey, text: string): Promise<Once<O>> {
  const [earlier] = await rows<{ body_hash: string; answer: string }>(
    tx,
    'select body_hash, answer from idempotency where principal = ? and key = ?',
    [key.principal, key.key],
  );
  if (!earlier || !bodyDigests(tx).isDigestOf(text, earlier.body_hash))
    throw new DomainError('IDEMPOTENCY_CONFLICT', undefined, { key: key.key });
  return { outcome: decode<O>(earlier.answer), replayed: true };
}
