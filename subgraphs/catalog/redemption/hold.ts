import { Unavailable } from '../../../schema/transport.js';
import { addMs, now, secondMs } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import type { Once, WriteKey } from '../../kernel/idempotency.js';
import { begin } from './begin.js';
import type { Context } from '../context.js';
import { usableQuote } from '../quotes/quote.js';
import { type Expired, onceOnQuote, ran } from './redeem.js';
import type { SagaRow } from './saga-row.js';
import { settings } from '../settings.js';

/** Sets the quote's points and pieces aside for `ttl` seconds, to be captured or released. */
export async function hold(
  context: Context,
  key: WriteKey,
  quoteId: string,
  ttl: number,
): Promise<Once<Expired | { readonly kind: 'run'; readonly row: SagaRow }>> {
  const { least, most } = settings.holdSeconds;
  if (ttl < least || ttl > most) throw badInput(`A hold lasts ${least} to ${most} seconds`, { argument: 'ttl' });
  const quote = await usableQuote(context, quoteId);
  const { outcome, replayed } = await onceOnQuote(context, key, quote, { quoteId, ttl }, async (tx) =>
    begin(tx, key, quoteId, { expiresAt: addMs(await now(tx), ttl * secondMs) }),
  );
  if (outcome.kind === 'refused') return { outcome, replayed };
  if (!replayed) await context.faults.reach('redeem.QUOTED');
  const row = await ran(context, outcome.id);
  // Whether the points are held is not known yet, and a hold cannot be half there: the same key asks again.
  if (row.step === 'QUOTED' || row.step === 'HELD') throw new Unavailable('ledger', 'the hold is still being placed');
  return { outcome: { kind: 'run', row }, replayed };
}
