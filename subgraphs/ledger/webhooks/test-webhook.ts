import type { EntityManager } from '@mikro-orm/postgresql';
import type { WebhookFailureReason } from '../../../schema/webhook-failures.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { countAtOnce, inOrder } from './at-once.js';
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

/**
 * Notes that a test message is to be sent: a few a minute, for a test sends wherever its partner says. Whoever asks again before anybody has
 * said what came of it sends again, so that counts like any other.
 */
export async function beginTest({ em }: Pick<Context, 'em'>, key: WriteKey, { partner, name }: WebhookNamed): Promise<Once<TestBegun>> {
  const begun = await once<TestBegun>(em, key, { partner, name }, async (tx) => {
    await inOrder(tx, partner);
    if ((await rows(tx, 'select 1 as known from webhook where partner = ? and name = ?', [partner, name])).length === 0) throw noWebhook();
    return { kind: 'begun', test: await countAtOnce(tx, partner) };
  });
  if (begun.replayed && !(await testOutcome(em, begun.outcome.test)))
    await em.transactional(async (tx) => {
      await inOrder(tx, partner);
      await countAtOnce(tx, partner);
    });
  return begun;
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
