import type { WriteKey } from '../../kernel/idempotency.js';
import type { Context } from '../context.js';
import { checkPositive } from '../purchase-line.js';
import { report, type Reported, type ReportFacts } from '../report.js';
import type { ReportKind } from '../report-kind.js';
import { Booking, type BookingKind } from './booking.entity.js';
import { bookingLines } from './purchase-lines.js';

export interface BookingFacts extends ReportFacts {
  readonly kind: BookingKind;
  readonly fareFen: bigint;
}

export const bookingKind: ReportKind<Booking> = { name: 'booking', refArgument: 'bookingRef', entity: Booking };

/** Records a booking and accrues on its fare. */
export async function reportBooking(context: Context<Booking>, key: WriteKey, facts: BookingFacts): Promise<Reported<Booking>> {
  checkPositive(facts.fareFen, 'fareFen');
  const { kind, fareFen } = facts;
  return report(context, bookingKind, key, facts, () => ({ columns: { kind, fareFen }, lines: bookingLines(facts) }));
}
