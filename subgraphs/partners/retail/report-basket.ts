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
  for (const trait of ['size', 'colour'] as const)
    if (facts.lines.some(({ [trait]: value }) => value !== undefined && (value.trim() === '' || value.length > 50)))
      throw badInput(`\`${trait}\` is 1 to 50 characters`, { argument: trait });
  const lines = basketLines(facts.lines, cashFen);
  // Size and colour stay with the shop: no rule asks for them, so the ledger is not told.
  const kept = lines.map((line, n) => ({ ...line, size: facts.lines[n]?.size, colour: facts.lines[n]?.colour }));
  return report(context, basketKind, key, facts, () => ({ columns: { encodedLines: encode(kept), amountFen, cashFen }, lines }));
}
