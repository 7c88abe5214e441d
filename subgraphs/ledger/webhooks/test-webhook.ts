import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import type { WebhookFailureReason } from '../../../schema/webhook-failures.js';
import { DomainError } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { noWebhook, type WebhookNamed } from './remove-webhook.js';

export interface TestOutcome {
  readonly delivered: boolean;
  readonly failure: WebhookFailureReason | null;
  readonly status: number | null;
}

export interface TestBegun {
  readonly kind: 'begun';
  readonly test: string;
}

const mostPerMinute = 10;

/**
 * Notes that a test message is to be sent: a few a minute, for a test sends wherever its partner says. Whoever asks again before anybody has
 * said what came of it sends again, so that counts like any other.
 */
export async function beginTest({ em }: Pick<Context, 'em'>, key: WriteKey, { partner, name }: WebhookNamed): Promise<Once<TestBegun>> {
  const begun = await once<TestBegun>(em, key, { partner, name }, async (tx) => {
    await inOrder(tx, partner);
    if ((await rows(tx, 'select 1 as known from webhook where partner = ? and name = ?', [partner, name])).length === 0) throw noWebhook();
    await change(tx, `delete from webhook_test where partner = ? and at < clock() - interval '31 days'`, [partner]);
    return { kind: 'begun', test: await countTest(tx, partner) };
  });
  if (begun.replayed && !(await testOutcome(em, begun.outcome.test)))
    await em.transactional(async (tx) => {
      await inOrder(tx, partner);
      await countTest(tx, partner);
    });
  return begun;
}

/** The partner's row orders what is counted at once, as it does the writes of its webhooks. */
const inOrder = (tx: EntityManager, partner: string): Promise<unknown> =>
  rows(tx, 'select 1 as known from partner where id = ? for no key update', [partner]);

/** One more, or a refusal. */
async function countTest(tx: EntityManager, partner: string): Promise<string> {
  const [lately] = await rows<{ n: number }>(
    tx,
    `select count(*)::int as n from webhook_test where partner = ? and at > clock() - interval '1 minute'`,
    [partner],
  );
  if ((lately?.n ?? 0) >= mostPerMinute)
    throw new DomainError('RATE_LIMITED', undefined, { limit: 'webhookTestsPerMinute', max: mostPerMinute });
  const test = uuid();
  await change(tx, 'insert into webhook_test (id, partner, at) values (?, ?, clock())', [test, partner]);
  return test;
}

/** What came of a test; null while nobody has said. */
export async function testOutcome(em: EntityManager, test: string): Promise<TestOutcome | null> {
  const [found] = await rows<TestOutcome>(
    em,
    'select delivered, failure, status from webhook_test where id = ? and delivered is not null',
    [test],
  );
  return found ?? null;
}

/** The first outcome stands: a test that was sent twice has one answer. */
export async function endTest(em: EntityManager, test: string, { delivered, failure, status }: TestOutcome): Promise<void> {
  await change(em, 'update webhook_test set delivered = ?, failure = ?, status = ? where id = ? and delivered is null', [
    delivered,
    failure,
    status,
    test,
  ]);
}
