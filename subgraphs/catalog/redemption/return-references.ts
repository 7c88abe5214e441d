import type { EntityManager } from '@mikro-orm/postgresql';
import { mustBeOperator } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { decode, encode } from '../../kernel/json.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { type ReturnReason, returnReasons } from './returns.js';

export interface Reference {
  readonly zh: string;
  readonly en: string;
}
export type References = Readonly<Record<ReturnReason, readonly Reference[]>>;

const consumers = { zh: '中华人民共和国消费者权益保护法 †', en: 'Law on the Protection of Consumer Rights and Interests †' };
const quality = { zh: '中华人民共和国产品质量法 †', en: 'Product Quality Law †' };

/** Texts, not advice, and they decide nothing: which law a reason is usually rested on; † is for counsel to confirm. */
export const defaultReferences: References = {
  FAULTY: [quality, consumers],
  NOT_AS_DESCRIBED: [consumers, quality],
  NOT_DELIVERED: [consumers],
  CHANGED_MIND: [consumers],
  SERVICE_CANCELLED: [consumers],
};

export async function readReferences(em: EntityManager): Promise<References> {
  const found = await rows<{ reason: ReturnReason; body: string }>(em, 'select reason, body from return_reference');
  const said = new Map(found.map(({ reason, body }) => [reason, decode<readonly Reference[]>(body)]));
  return Object.fromEntries(returnReasons.map((reason) => [reason, said.get(reason) ?? defaultReferences[reason]])) as References;
}

/** Says what a reason rests on, instead of what was said before. Only the operator's staff. */
export async function setReferences(
  context: Context,
  key: WriteKey,
  wish: { readonly reason: ReturnReason; readonly references: readonly Reference[] },
): Promise<Once<{ readonly kind: 'set' }>> {
  mustBeOperator(context.viewer);
  const isText = (text: string): boolean => text.trim() !== '' && text.length <= 300;
  if (wish.references.length > 10 || !wish.references.every(({ zh, en }) => isText(zh) && isText(en)))
    throw badInput('Name at most 10 references of 1 to 300 characters', { argument: 'references' });
  return once<{ kind: 'set' }>(context.em, key, wish, async (tx) => {
    await rows(tx, 'select pg_advisory_xact_lock(hashtext(?))', [`return references ${wish.reason}`]);
    const before = (await readReferences(tx))[wish.reason];
    await rows(tx, 'insert into return_reference (reason, body) values (?, ?) on conflict (reason) do update set body = excluded.body', [
      wish.reason,
      encode(wish.references),
    ]);
    await auditChange(tx, key, { partner: 'operator', before: { [wish.reason]: before }, after: { [wish.reason]: wish.references } });
    return { kind: 'set' };
  });
}
