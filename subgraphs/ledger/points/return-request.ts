import type { HoldLeg, StoredHold } from './hold-store.js';
import type { LockedMember } from './journal.js';
import type { Goods } from './returned-goods.js';
import type { Leg } from './take-request.js';

/** What comes back of a redemption. `cashTotalFen` is what was paid in cash for all of it; `goods`: all of its goods, with what comes back of them now. */
export interface ReturnRequest {
  readonly return: string;
  readonly redemption: string;
  readonly legs: readonly Leg[];
  readonly cashFen: bigint;
  readonly cashTotalFen: bigint;
  readonly goods: readonly Goods[];
}

/** Everything that a return decides on, read while the member is locked. */
export interface ReturnState {
  readonly member: LockedMember;
  readonly hold: StoredHold | null;
  readonly legs: readonly HoldLeg[];
  /** Cash that earlier returns gave back. */
  readonly cashBefore: bigint;
  /** Goods of earlier returns. */
  readonly goodsBefore: readonly Goods[];
}
