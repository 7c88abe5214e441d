import { restored } from './fields.js';
import type { Column, Columns } from './columns.js';

/** One line of a purchase file. Amounts in fen; `at` is ISO 8601 with an offset. */
export interface FilePurchase {
  readonly member: string;
  readonly purchaseRef: string;
  readonly sku: string;
  readonly category?: string;
  readonly amountFen: number;
  readonly cashFen?: number;
  readonly at?: string;
}

export type Parsed = { readonly kind: 'purchase'; readonly purchase: FilePurchase } | { readonly kind: 'bad'; readonly reason: string };

const bad = (reason: string): Parsed => ({ kind: 'bad', reason });
const maxLength = 100;

/** Pure: the fields of a line to the purchase that they tell, or the reason why they tell none. */
export function readPurchase(fields: readonly string[], { names, at, rejected }: Columns): Parsed {
  if (fields.length !== names.length) return bad(`has ${fields.length} columns instead of ${names.length}`);
  const text = (column: Column): string => {
    const field = fields[at.get(column) ?? -1] ?? '';
    return rejected ? restored(field) : field;
  };
  for (const column of ['member', 'purchase_ref', 'sku', 'category'] as const) {
    const problem = textProblem(text(column), column !== 'category');
    if (problem) return bad(`${column} ${problem}`);
  }
  const amount = fenOf(text('amount_fen'));
  if (typeof amount === 'string') return bad(`amount_fen ${amount}`);
  const cash = text('cash_fen') === '' ? undefined : fenOf(text('cash_fen'));
  if (typeof cash === 'string') return bad(`cash_fen ${cash}`);
  if (cash !== undefined && cash > amount) return bad('cash_fen is more than amount_fen');
  const instant = text('at');
  if (instant !== '' && !isInstant(instant)) return bad('at is not a time with its offset, such as 2026-11-21T18:00:00+08:00');
  return {
    kind: 'purchase',
    purchase: {
      member: text('member'),
      purchaseRef: text('purchase_ref'),
      sku: text('sku'),
      ...(text('category') === '' ? {} : { category: text('category') }),
      amountFen: amount,
      ...(cash === undefined ? {} : { cashFen: cash }),
      ...(instant === '' ? {} : { at: instant }),
    },
  };
}

function textProblem(value: string, required: boolean): string | null {
  if (value === '') return required ? 'is empty' : null;
  if (value.length > maxLength) return `is longer than ${maxLength} characters`;
  if (value.includes('\uFFFD')) return 'is not UTF-8 text; save the file as UTF-8';
  // eslint-disable-next-line no-control-regex
  return /[\u0000-\u001F\u007F]/.test(value) ? 'has a control character' : null;
}

/** An amount in fen, or what is wrong with it. */
function fenOf(text: string): number | string {
  if (/^-\s*\d/.test(text)) return 'is negative';
  if (/^\d+[.,]\d+$/.test(text)) return `is not a whole number of fen: ${text}`;
  if (!/^\d+$/.test(text)) return text === '' ? 'is empty' : `is not a number: ${text}`;
  const fen = Number(text);
  return Number.isSafeInteger(fen) ? fen : 'is larger than 9007199254740991';
}

/** As strict as the graph: an offset is required, and the day has to exist. */
function isInstant(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/.exec(text);
  if (!parts || Number.isNaN(Date.parse(text))) return false;
  const [year = 0, month = 0, day = 0] = parts.slice(1, 4).map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}
