import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { bodyDigests } from '../../kernel/body-digest.js';
import { badInput, DomainError } from '../../kernel/errors.js';
import type { Once, WriteKey } from '../../kernel/idempotency.js';
import { invariant } from '../../kernel/invariant.js';
import { canonical, decode } from '../../kernel/json.js';
import { rows } from '../../kernel/sql.js';

/** A prepared statement that answers one text; each connection parses and plans it once. */
export interface Call {
  readonly name: string;
  readonly text: string;
}

const pools = new WeakMap<object, Promise<Pool>>();

/** The driver's own pool of the subgraph's database: the ORM would send its parameters as text inside the statement. */
export function poolOf(em: EntityManager): Promise<Pool> {
  invariant(!em.isInTransaction(), 'A call of one round trip is a transaction of its own');
  const connection = em.getConnection();
  let pool = pools.get(connection);
  if (!pool) pools.set(connection, (pool = connection.getNativeClient() as Promise<Pool>));
  return pool;
}

interface DatabaseError {
  readonly code?: string;
  readonly constraint?: string;
}

/**
 * Whether the same call may simply run again, nothing having been written: the database broke it off so that another could go on, or
 * the other of two calls at once wrote first what both wrote.
 */
const mayRunAgain = ({ code = '', constraint = '' }: DatabaseError): boolean =>
  code === '40001' || code === '40P01' || (code === '23505' && Object.hasOwn(settledByTheFirst, constraint));

/** Unique keys that two calls at once may both write, and what it means where running again does not settle it. */
const settledByTheFirst: Readonly<Record<string, string>> = {
  account_pkey: 'The account was opened at once',
  hold_pkey: 'Another hold has this id',
  hold_captured: 'Another hold of this redemption was captured',
};

const attempts = 5;

/** Runs the call in a transaction of its own and gives its text. Tries again where that may help, and then by `again` if there is one. */
export async function callOnce(
  pool: Pool,
  first: readonly [Call, readonly unknown[]],
  again: () => readonly [Call, readonly unknown[]] = () => first,
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const [call, values] = attempt === 1 ? first : again();
    try {
      const { rows } = await pool.query<[string]>({ ...call, values: values as unknown[], rowMode: 'array' });
      return (rows[0] as [string])[0];
    } catch (error) {
      if (attempt < attempts && mayRunAgain(error as DatabaseError)) continue;
      // Another member's hold has this id, or another hold this redemption: running again does not settle that.
      const settled = settledByTheFirst[(error as DatabaseError).constraint ?? ''];
      throw settled === undefined ? error : new DomainError('IDEMPOTENCY_CONFLICT', settled);
    }
  }
}

const sentText = (key: WriteKey, body: unknown): string => `${key.operation}\n${canonical(body)}`;

/** What a key is compared by, in hex: the operation with its body, digested as `once` digests them. */
export const bodyHash = (em: EntityManager, key: WriteKey, body: unknown): string =>
  Buffer.from(bodyDigests(em).digest(sentText(key, body)), 'base64url').toString('hex');

/**
 * The answer to the same body where its digest was made under an earlier secret, which the database cannot tell from another body. Only a
 * conflict makes this second round trip.
 */
async function answerBefore(em: EntityManager, key: WriteKey, body: unknown): Promise<string | undefined> {
  const kept = await rows<{ hash: string; answer: string }>(
    em,
    `select encode(body_hash, 'hex') as hash, answer from write_key where key = ? and principal = ?`,
    [key.key, key.principal],
  );
  const digests = bodyDigests(em);
  const made = (hash: string): string => Buffer.from(hash, 'hex').toString('base64url');
  return kept.find(({ hash }) => digests.isDigestOf(sentText(key, body), made(hash)))?.answer;
}

const sentences: Readonly<Record<string, string>> = {
  acceptor: 'There is no such partner',
  'legs.programme': 'There is no such programme',
  hold: 'There is no such hold',
  legs: 'A capture takes no more than the hold has',
};

interface Failure {
  readonly code: 'BAD_INPUT' | 'IDEMPOTENCY_CONFLICT';
  readonly argument?: string;
  readonly hold?: string;
}

/** Reads the text of a call: what was decided now (N) or before under the same key (R), or the error that changed nothing (E). */
export async function answered<O>(em: EntityManager, text: string, key: WriteKey, body: unknown): Promise<Once<O>> {
  if (!text.startsWith('E')) return { outcome: decode<O>(text.slice(1)), replayed: text.startsWith('R') };
  const { code, argument, hold } = JSON.parse(text.slice(1)) as Failure;
  if (code === 'BAD_INPUT') throw badInput(sentences[argument ?? ''] as string, { argument });
  if (hold !== undefined) throw new DomainError(code, 'Another hold has this id', { hold });
  const before = await answerBefore(em, key, body);
  if (before === undefined) throw new DomainError(code, undefined, { key: key.key });
  return { outcome: decode<O>(before), replayed: true };
}
