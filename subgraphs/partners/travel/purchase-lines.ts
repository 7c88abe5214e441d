import type { PurchaseLine } from '../purchase-line.js';
import type { Booking } from './booking.entity.js';

/** A booking as the ledger accrues on it: one line, whose category says what was booked. */
export const bookingLines = ({ kind, fareFen }: Pick<Booking, 'kind' | 'fareFen'>): readonly PurchaseLine[] => [
  { sku: kind.toLowerCase(), category: kind.toLowerCase(), fen: fareFen, cashFen: fareFen },
];
