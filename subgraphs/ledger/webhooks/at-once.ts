import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { DomainError } from '../../kernel/errors.js';
import { change, rows } from '../../kernel/sql.js';

const mostPerMinute = 10;

/** The partner's row orders what is done to its webhooks and counted of them. First of all in a transaction, or two could wait for each other. */
export const inOrder = (tx: EntityManager, partner: string): Promise<readonly unknown[]> =>
  rows(tx, 'select 1 as known from partner where id = ? for no key update', [partner]);

/**
 * Notes that something is sent at once because the partner says so, a test or what had been given up or put off: a few a minute, for it goes
 * wherever the partner says. The id of the note, or a refusal.
 */
export async function countAtOnce(tx: EntityManager, partner: string): Promise<string> {
  await change(tx, `delete from webhook_test where partner = ? and at < clock() - interval '31 days'`, [partner]);
  const [lately] = await rows<{ n: number }>(
    tx,
    `select count(*)::int as n from webhook_test where partner = ? and at > clock() - interval '1 minute'`,
    [partner],
  );
  if ((lately?.n ?? 0) >= mostPerMinute)
    throw new DomainError('RATE_LIMITED', undefined, { limit: 'webhooksPerMinute', max: mostPerMinute });
  const id = uuid();
  await change(tx, 'insert into webhook_test (id, partner, at) values (?, ?, clock())', [id, partner]);
  return id;
}
