import { minOf } from '../../kernel/rational.js';

export type CancelledBy = 'CARRIER' | 'PASSENGER';

export interface Refund {
  /** Kept by the carrier out of the cash that was paid. */
  readonly feeFen: bigint;
  /** The rest of the fee, which the carrier collects otherwise. */
  readonly feeDueFen: bigint;
  readonly refundFen: bigint;
}

/** What is paid back of the cash of a booking. A carrier that cancels keeps nothing; a passenger who does pays the carrier's fee out of it. */
export function refundOf(by: CancelledBy, cashFen: bigint, passengerFeeFen: bigint): Refund {
  const fee = by === 'PASSENGER' ? passengerFeeFen : 0n;
  const feeFen = minOf(fee, cashFen);
  return { feeFen, feeDueFen: fee - feeFen, refundFen: cashFen - feeFen };
}
