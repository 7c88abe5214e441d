import { badInput } from '../../kernel/errors.js';
import type { WriteKey } from '../../kernel/idempotency.js';
import { encode } from '../../kernel/json.js';
import { sumOf } from '../../kernel/rational.js';
import type { Context } from '../context.js';
import { checkLines } from '../purchase-line.js';
import { report, type Reported, type ReportFacts } from '../report.js';
import type { ReportKind } from '../report-kind.js';
import { Basket } from './basket.entity.js';
import { basketLines, type ShopLine } from './purchase-lines.js';

export interface BasketFacts extends ReportFacts {
  readonly lines: readonly ShopLine[];
  /** All of it where absent. */
  readonly cashFen?: bigint | null | undefined;
}

export const basketKind: ReportKind<Basket> = { name: 'basket', refArgument: 'basketRef', entity: Basket };

/** Records a basket and accrues on its lines. */
export async function reportBasket(context: Context<Basket>, key: WriteKey, facts: BasketFacts): Promise<Reported<Basket>> {
  checkLines(facts.lines);
  const amountFen = sumOf(facts.lines.map(({ fen }) => fen));
  const cashFen = facts.cashFen ?? amountFen;
  if (cashFen > amountFen) throw badInput('`cashFen` is at most the sum of the lines', { argument: 'cashFen' });
  const lines = basketLines(facts.lines, cashFen);
  return report(context, basketKind, key, facts, () => ({ columns: { encodedLines: encode(lines), amountFen, cashFen }, lines }));
}
