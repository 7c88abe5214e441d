import type { WriteKey } from '../../kernel/idempotency.js';
import type { Context } from '../context.js';
import { checkPositive } from '../purchase-line.js';
import { report, type Reported, type ReportFacts } from '../report.js';
import type { ReportKind } from '../report-kind.js';
import { CardTransactionKind } from './card-kinds.js';
import { CardTransaction } from './card-transaction.entity.js';
import { type CardFacts, cardLines } from './purchase-lines.js';

export const cardTransactionKind: ReportKind<CardTransaction> = {
  name: 'card-transaction',
  refArgument: 'transactionRef',
  entity: CardTransaction,
};

/** Records what happened on a card, and accrues on it if it was spending. A card may be opened with nothing on it. */
export async function reportCardTransaction(
  context: Context<CardTransaction>,
  key: WriteKey,
  facts: ReportFacts & CardFacts,
): Promise<Reported<CardTransaction>> {
  const { kind, cardProduct, amountFen, category = null, certificate = null } = facts;
  if (kind !== CardTransactionKind.OPENING) checkPositive(amountFen, 'amountFen');
  return report(context, cardTransactionKind, key, facts, () => ({
    columns: { kind, cardProduct, amountFen, category, certificate },
    lines: cardLines(facts),
  }));
}
