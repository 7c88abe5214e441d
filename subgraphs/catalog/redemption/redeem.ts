import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import { settle } from './advance.js';
import { begin } from './begin.js';
import type { Context } from '../context.js';
import { itemInDrop } from '../drops/claims.js';
import { firstTime } from '../first-time.js';
import type { Quote } from '../quotes/quote.entity.js';
import { buyerOf } from '../quotes/cart.js';
import { keepQuote, price, priceAgain, type Priced, type Purchase, type QuoteRefusal, usableQuote } from '../quotes/quote.js';
import { readSaga, type SagaRow } from './saga-row.js';

export type Expired = { readonly kind: 'refused'; readonly code: 'QUOTE_EXPIRED'; readonly newQuote: string | null };
export type StartOutcome = { readonly kind: 'started'; readonly id: string } | QuoteRefusal | Expired;

/** Redeems a quote, or a cart at today's price. Answers with the redemption as it is when it ended, or when the caller has waited enough. */
export async function redeem(
  context: Context,
  key: WriteKey,
  wish: Purchase & { readonly quoteId: string | null },
): Promise<Once<Exclude<StartOutcome, { kind: 'started' }> | { readonly kind: 'run'; readonly row: SagaRow }>> {
  const { quoteId, ...purchase } = wish;
  if ((quoteId === null) === (purchase.cart.length === 0)) throw badInput('Give either `quoteId` or `cart`', { argument: 'quoteId' });
  const started = quoteId === null ? await redeemCart(context, key, purchase, wish) : await redeemQuote(context, key, quoteId, wish);
  if (started.outcome.kind === 'refused') return { outcome: started.outcome, replayed: started.replayed };
  if (!started.replayed) await context.faults.reach('redeem.QUOTED');
  return { outcome: { kind: 'run', row: await ran(context, started.outcome.id) }, replayed: started.replayed };
}

/** The saga after it was carried on as far as it goes now. */
export async function ran(context: Context, id: string): Promise<SagaRow> {
  await settle(context, id);
  return (await readSaga(context.em, { id })) as SagaRow;
}

async function redeemCart(context: Context, key: WriteKey, purchase: Purchase, body: unknown): Promise<Once<StartOutcome>> {
  const priced = await firstTime(context.em, key, () => price(context, 'redeem.write', purchase));
  return once<StartOutcome>(context.em, key, body, async (tx) => {
    const kept = await keepQuote(tx, await priced());
    return kept.kind === 'refused' ? kept : { kind: 'started', id: await begin(tx, key, kept.id, null) };
  });
}

async function redeemQuote(context: Context, key: WriteKey, quoteId: string, body: Purchase): Promise<Once<StartOutcome>> {
  const quote = await usableQuote(context, quoteId);
  const buyer = await firstTime(context.em, key, async () =>
    body.memberRef === null ? quote.memberUid : buyerOf(context, body.memberRef),
  );
  const named = await buyer();
  if (named !== quote.memberUid) throw badInput('The quote was given to another member', { argument: 'memberRef' });
  return onceOnQuote(context, key, quote, body, (tx) => begin(tx, key, quoteId, null));
}

/** The price of a new quote is asked of others, which no transaction waits for. */
class PriceNeeded extends Error {}

/** Starts something with a quote, once; a quote that no longer holds is answered with a new one for the same cart, where there can be one. */
export async function onceOnQuote(
  context: Context,
  key: WriteKey,
  quote: Quote,
  body: unknown,
  start: (tx: EntityManager) => Promise<string>,
): Promise<Once<{ readonly kind: 'started'; readonly id: string } | Expired>> {
  for (let again: Priced | null = null; ; again = await priceAgain(context, quote)) {
    try {
      return await once<{ kind: 'started'; id: string } | Expired>(context.em, key, body, async (tx) => {
        if (await isUsable(tx, quote)) return { kind: 'started', id: await start(tx) };
        if (!again) throw new PriceNeeded();
        const kept = await keepQuote(tx, again);
        return { kind: 'refused', code: 'QUOTE_EXPIRED', newQuote: kept.kind === 'quoted' ? kept.id : null };
      });
    } catch (error) {
      if (!(error instanceof PriceNeeded)) throw error;
    }
  }
}

/**
 * Whether a quote holds, with its row locked: its time is not over, it went into no redemption, and nothing of it was put into a drop since
 * it was given, for that is had by claiming it only.
 */
async function isUsable(tx: EntityManager, { id, split }: Quote): Promise<boolean> {
  const [row] = await rows<{ usable: boolean }>(
    tx,
    'select until > clock() and used_by is null as usable from quote where id = ? for update',
    [id],
  );
  if (!row?.usable) return false;
  const items = split.map(({ item }) => item);
  return (await itemInDrop(tx, items, null)) === null;
}
