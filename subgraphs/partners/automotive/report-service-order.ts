import type { WriteKey } from '../../kernel/idempotency.js';
import { encode } from '../../kernel/json.js';
import type { Context } from '../context.js';
import { checkLines } from '../purchase-line.js';
import { report, type Reported, type ReportFacts } from '../report.js';
import type { ReportKind } from '../report-kind.js';
import { type ServiceLine, serviceLines } from './purchase-lines.js';
import { ServiceOrder } from './service-order.entity.js';

export interface ServiceOrderFacts extends ReportFacts {
  readonly lines: readonly ServiceLine[];
}

export const serviceOrderKind: ReportKind<ServiceOrder> = { name: 'service-order', refArgument: 'orderRef', entity: ServiceOrder };

/** Records a service order and accrues on its lines. */
export async function reportServiceOrder(
  context: Context<ServiceOrder>,
  key: WriteKey,
  facts: ServiceOrderFacts,
): Promise<Reported<ServiceOrder>> {
  checkLines(facts.lines);
  return report(context, serviceOrderKind, key, facts, () => ({
    columns: { encodedLines: encode(facts.lines) },
    lines: serviceLines(facts.lines),
  }));
}
