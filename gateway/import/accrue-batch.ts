import { type Answer, type Ask, NoAnswer } from '../client/ask.js';
import { CommandError } from '../client/command.js';
import { type Patience, pause } from '../client/retry.js';
import { documentOf } from '../client/writes.js';
import { accrualWrite, keyOf, type Outcome, outcomesOf } from './accrual-write.js';
import type { FilePurchase } from './purchase.js';

export interface Accruing {
  readonly ask: Ask;
  readonly token: string;
  readonly partner: string;
  readonly patience: Patience;
  /** Names this run in the keys of questions asked anew. */
  readonly run: string;
  /** Lines to a document; it shrinks to what the graph takes. */
  readonly batch: { size: number };
}

export type Settled = Extract<Outcome, { kind: 'accrued' | 'present' | 'rejected' }>;

/**
 * Takes purchases through the graph and tells what became of each. Whatever the network lost is sent again under the same key; what
 * was refused is asked once more under a key of this run, for the first key may remember a refusal whose reason is gone. Throws a
 * sentence where no line can go on; nothing is lost then, as a second run skips what was taken.
 */
export async function accrueBatch(accruing: Accruing, purchases: readonly FilePurchase[]): Promise<Settled[]> {
  const first: Decided[] = [];
  while (first.length < purchases.length)
    first.push(...(await settle(accruing, purchases.slice(first.length, first.length + accruing.batch.size))));
  const refused = purchases.filter((_, index) => first[index]?.kind === 'refused');
  const second = refused.length > 0 ? await settle(accruing, refused, accruing.run) : [];
  let next = 0;
  return first.map((outcome): Settled => {
    const last = outcome.kind === 'refused' ? (second[next++] ?? outcome) : outcome;
    return last.kind === 'refused' ? { kind: 'rejected', reason: last.reason } : last;
  });
}

type Decided = Settled | { readonly kind: 'refused'; readonly reason: string };

/** Asks until every line is decided; `attempt` goes into the keys. */
async function settle(accruing: Accruing, purchases: readonly FilePurchase[], attempt?: string, tries = 1): Promise<Decided[]> {
  const outcomes = await ask(accruing, purchases, attempt);
  const stop = outcomes.find((outcome) => outcome.kind === 'stop');
  if (stop) throw new CommandError(`The graph takes no line: ${stop.reason}`);
  const open = purchases.filter((_, index) => !isDecided(outcomes[index]));
  const later = await (outcomes.some(({ kind }) => kind === 'passing')
    ? again(accruing, open, attempt, tries)
    : open.length < purchases.length
      ? open.length > 0
        ? settle(accruing, open, attempt)
        : []
      : halves(accruing, open, attempt));
  let next = 0;
  return outcomes.map((outcome) => (isDecided(outcome) ? outcome : (later[next++] as Decided)));
}

const isDecided = (outcome: Outcome | undefined): outcome is Decided =>
  outcome !== undefined && ['accrued', 'present', 'rejected', 'refused'].includes(outcome.kind);

async function again(accruing: Accruing, open: readonly FilePurchase[], attempt: string | undefined, tries: number): Promise<Decided[]> {
  if (tries >= accruing.patience.attempts)
    throw new CommandError('The graph does not answer; run the same command again later, lines that were taken are not taken twice');
  await pause(tries, accruing.patience);
  return settle(accruing, open, attempt, tries + 1);
}

/** A document that was refused as a whole without naming a line is too costly, or holds what no line alone shows. */
async function halves(accruing: Accruing, purchases: readonly FilePurchase[], attempt?: string): Promise<Decided[]> {
  const middle = Math.ceil(purchases.length / 2);
  accruing.batch.size = Math.min(accruing.batch.size, middle);
  return [...(await settle(accruing, purchases.slice(0, middle), attempt)), ...(await settle(accruing, purchases.slice(middle), attempt))];
}

async function ask(accruing: Accruing, purchases: readonly FilePurchase[], attempt?: string): Promise<Outcome[]> {
  const writes = purchases.map((purchase) => accrualWrite(purchase, keyOf(accruing.partner, purchase.purchaseRef, attempt)));
  const { query, variables } = documentOf(writes);
  let answer: Answer;
  try {
    answer = await accruing.ask(accruing.token, query, variables);
  } catch (error) {
    if (error instanceof NoAnswer) return purchases.map(() => ({ kind: 'passing' }));
    throw error;
  }
  return outcomesOf(answer, purchases);
}
