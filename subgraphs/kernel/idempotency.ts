import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { getDirectiveValues, type GraphQLResolveInfo } from 'graphql';
import { principalOf, type Viewer } from '../../schema/viewer.js';
import { audit } from './audit.js';
import { badInput, DomainError } from './errors.js';
import { canonical, decode, encode } from './json.js';
import { rows } from './sql.js';

export { audit, auditChange } from './audit.js';

/** A write as its sender named it. */
export interface WriteKey {
  readonly principal: string;
  readonly key: string;
  readonly operation: string;
}

/** What every write decides: a fact that was made true, or a refusal that changed nothing. */
export interface Outcome {
  readonly kind: string;
}

export interface Once<O> {
  readonly outcome: O;
  readonly replayed: boolean;
}

const shape = /^[\x21-\x7e]{1,200}$/;

/** The key of a write: `@idempotent(key:)` on the field, else the `Idempotency-Key` header (with the response name where a document holds several writes). */
export function writeKey(info: GraphQLResolveInfo, viewer: Viewer): WriteKey {
  const directive = info.schema.getDirective('idempotent');
  const node = info.fieldNodes[0];
  const named = directive && node ? getDirectiveValues(directive, node, info.variableValues)?.['key'] : undefined;
  const several = info.operation.selectionSet.selections.length > 1;
  const header =
    viewer.idempotencyKey === undefined ? undefined : several ? `${viewer.idempotencyKey}#${info.path.key}` : viewer.idempotencyKey;
  const key = named ?? header;
  if (typeof key !== 'string')
    throw badInput('Every write needs an idempotency key: @idempotent(key: "…") on the field, or the Idempotency-Key header', {
      missing: 'idempotencyKey',
    });
  if (!shape.test(key)) throw badInput('An idempotency key is 1 to 200 printable ASCII characters without spaces', { argument: 'key' });
  return { principal: principalOf(viewer), key, operation: info.fieldName };
}

/**
 * Runs `work` at most once per key, in one transaction with the record of its answer. Same key and body: the first answer again.
 * Other body: IDEMPOTENCY_CONFLICT. Two at once: the second waits for the first. An error rolls everything back and frees the key;
 * a refusal (kind `refused`) is an answer like any other and leaves one audit entry. Keys live 30 days.
 */
export async function once<O extends Outcome>(
  em: EntityManager,
  key: WriteKey,
  body: unknown,
  work: (tx: EntityManager) => Promise<O>,
): Promise<Once<O>> {
  const hash = createHash('sha256')
    .update(`${key.operation}\n${canonical(body)}`)
    .digest('hex');
  return em.transactional(async (tx) => {
    const fresh = await rows(
      tx,
      `insert into idempotency (principal, key, operation, body_hash, created_at) values (?, ?, ?, ?, clock())
       on conflict (principal, key) do update set operation = excluded.operation, body_hash = excluded.body_hash, created_at = excluded.created_at, answer = null
         where idempotency.created_at <= clock() - interval '30 days'
       returning 1 as fresh`,
      [key.principal, key.key, key.operation, hash],
    );
    if (fresh.length === 0) return replay<O>(tx, key, hash);
    const outcome = await work(tx);
    await tx.flush();
    await rows(tx, 'update idempotency set answer = ? where principal = ? and key = ?', [encode(outcome), key.principal, key.key]);
    if (outcome.kind === 'refused') await audit(tx, key, outcome);
    return { outcome, replayed: false };
  });
}

async function replay<O>(tx: EntityManager, key: WriteKey, hash: string): Promise<Once<O>> {
  const [earlier] = await rows<{ body_hash: string; answer: string }>(
    tx,
    'select body_hash, answer from idempotency where principal = ? and key = ?',
    [key.principal, key.key],
  );
  if (!earlier || earlier.body_hash !== hash) throw new DomainError('IDEMPOTENCY_CONFLICT', undefined, { key: key.key });
  return { outcome: decode<O>(earlier.answer), replayed: true };
}
