import { badInput } from '../../kernel/errors.js';
import type { WriteKey } from '../../kernel/idempotency.js';
import type { Context } from '../context.js';
import { checkPositive } from '../purchase-line.js';
import { report, type Reported, type ReportFacts } from '../report.js';
import type { ReportKind } from '../report-kind.js';
import { Bill } from './bill.entity.js';
import { applyCredit, giveBackCredit } from './phone-credit.js';
import { billLines } from './purchase-lines.js';

export interface BillFacts extends ReportFacts {
  readonly period: string;
  readonly amountFen: bigint;
}

export const billKind: ReportKind<Bill> = { name: 'bill', refArgument: 'billRef', entity: Bill, undo: giveBackCredit };

/** Records a bill, pays what phone credit pays, and accrues on it. */
export async function reportBill(context: Context<Bill>, key: WriteKey, facts: BillFacts): Promise<Reported<Bill>> {
  checkPositive(facts.amountFen, 'amountFen');
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(facts.period)) throw badInput('`period` is a month such as 2026-11', { argument: 'period' });
  return report(context, billKind, key, facts, async (tx, recorded) => {
    const { period, amountFen } = facts;
    const creditAppliedFen = await applyCredit(tx, recorded, amountFen);
    return {
      columns: { period, amountFen, creditAppliedFen, netFen: amountFen - creditAppliedFen },
      lines: billLines(amountFen, creditAppliedFen),
    };
  });
}
