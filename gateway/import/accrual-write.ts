import { createHash } from 'node:crypto';
import { type Answer, codeOf } from '../client/ask.js';
import { passingCodes } from '../client/retry.js';
import { aliasOf, type Write } from '../client/writes.js';
import type { FilePurchase } from './purchase.js';

/**
 * Pure: the idempotency key of a purchase: the same in every run, so that a second run of a file changes nothing. `attempt` tells a
 * question anew apart from one that was refused before, whose refusal the first key remembers.
 */
export function keyOf(partner: string, purchaseRef: string, attempt?: string): string {
  const end = attempt === undefined ? '' : `:${attempt}`;
  const key = `import:${partner}:${encodeURIComponent(purchaseRef)}`;
  const short = key.length + end.length <= 200 ? key : `import:${partner}:sha256:${createHash('sha256').update(purchaseRef).digest('hex')}`;
  return short + end;
}

/** Pure: the write that accrues on a purchase. */
export function accrualWrite({ member, purchaseRef, sku, category, amountFen, cashFen, at }: FilePurchase, key: string): Write {
  const line = { sku, fen: amountFen, cashFen: cashFen ?? amountFen, ...(category === undefined ? {} : { category }) };
  return {
    field: 'accrue',
    arguments: {
      memberRef: { type: 'String!', value: member },
      lines: { type: '[PurchaseLineInput!]!', value: [line] },
      purchaseRef: { type: 'String!', value: purchaseRef },
      at: { type: 'DateTime', value: at },
    },
    answer: '__typename ... on Accrued { accrual { points lines { sku fen cashFen } } replayed } ... on Refusal { code message }',
    answerType: 'AccrueResult',
    key,
  };
}

/**
 * What became of one line. `refused` may be the memory of an earlier run and is worth a question under another key; `passing` says
 * nothing and is worth the same question again; `unanswered` shared a document with a line that failed; `stop` concerns every line alike.
 */
export type Outcome =
  | { readonly kind: 'accrued'; readonly points: number }
  | { readonly kind: 'present'; readonly points: number }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'stop'; readonly reason: string }
  | { readonly kind: 'passing' }
  | { readonly kind: 'unanswered' };

const stopCodes: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'FORBIDDEN_FIELD', 'FORBIDDEN_OPERATION', 'PARTNER_SUSPENDED']);

interface Accrued {
  readonly __typename: string;
  readonly accrual?: { readonly points: number; readonly lines: readonly { sku: string; fen: number; cashFen: number }[] };
  readonly replayed?: boolean;
  readonly code?: string;
  readonly message?: string;
}

/** Pure: what the answer to a document of writes says of each purchase in it. */
export function outcomesOf(answer: Answer, purchases: readonly FilePurchase[]): Outcome[] {
  const errors = answer.errors ?? [];
  const alone = purchases.length === 1;
  const stop = errors.find((error) => stopCodes.has(codeOf(error)) || (alone && codeOf(error) === 'OPERATION_TOO_COSTLY'));
  const passes = errors.length > 0 && errors.every((error) => passingCodes.has(codeOf(error)));
  return purchases.map((purchase, index): Outcome => {
    if (stop) return { kind: 'stop', reason: `${stop.message} (${codeOf(stop)})` };
    const accrued = answer.data?.[aliasOf(index)] as Accrued | null | undefined;
    if (accrued) return outcomeOf(accrued, purchase);
    const error = errors.find(({ path }) => path?.[0] === aliasOf(index)) ?? (alone ? errors[0] : undefined);
    if (error === undefined)
      return passes ? { kind: 'passing' } : alone ? { kind: 'rejected', reason: 'got no answer' } : { kind: 'unanswered' };
    if (passingCodes.has(codeOf(error))) return { kind: 'passing' };
    const reason = `${error.message} (${codeOf(error)})`;
    return { kind: codeOf(error) === 'IDEMPOTENCY_CONFLICT' ? 'refused' : 'rejected', reason };
  });
}

/** A purchase counts once, whatever its key; one that was recorded with other amounts is not the one of this line. */
function outcomeOf({ accrual, replayed, code, message }: Accrued, { sku, amountFen, cashFen = amountFen }: FilePurchase): Outcome {
  if (!accrual) return { kind: 'refused', reason: `${message ?? ''} (${code ?? ''})` };
  const [line] = accrual.lines;
  const same = accrual.lines.length === 1 && line?.sku === sku && line.fen === amountFen && line.cashFen === cashFen;
  if (replayed && !same) return { kind: 'rejected', reason: 'purchase_ref is recorded already, with other goods or amounts' };
  return { kind: replayed ? 'present' : 'accrued', points: accrual.points };
}
