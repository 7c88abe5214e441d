import { invariant } from '../../kernel/invariant.js';
import { sumOf } from '../../kernel/rational.js';
import type { LotPart } from './lots.js';

/** What happened to a member's points. */
export type EntryKind = 'ACCRUAL' | 'BURN' | 'RETURN' | 'EXPIRY' | 'CLAWBACK' | 'ADJUSTMENT' | 'TRANSFER';
export type CauseKind = 'ACCRUAL' | 'REDEMPTION' | 'RETURN' | 'EXPIRY' | 'HOLD' | 'ADJUSTMENT' | 'TRANSFER';

/** Where the points of an entry came from or went, against the member's lots. */
export type Counter = 'issued' | 'redeemed' | 'expired' | 'clawed-back' | 'adjusted' | 'transferred';

/** An entry is balanced by its form: what its lots gain, `counter` loses. */
export interface NewEntry {
  readonly kind: EntryKind;
  readonly programme: string;
  /** Of the member's points; negative where they become fewer. */
  readonly points: bigint;
  readonly cause: { readonly kind: CauseKind; readonly id: string };
  readonly counter: Counter;
  /** Signed like `points`, and in sum the same. */
  readonly parts: readonly LotPart[];
}

const counterOf = {
  ACCRUAL: 'issued',
  BURN: 'redeemed',
  RETURN: 'redeemed',
  EXPIRY: 'expired',
  CLAWBACK: 'clawed-back',
  ADJUSTMENT: 'adjusted',
  TRANSFER: 'transferred',
} as const;
/** A correction and a transfer go either way, so their parts carry their own sign. */
const sign = { ACCRUAL: 1n, BURN: -1n, RETURN: 1n, EXPIRY: -1n, CLAWBACK: -1n, ADJUSTMENT: 1n, TRANSFER: 1n } as const;

/** A balanced entry over lots of one programme: each part against the account that this kind of entry faces. */
export function entryOf(kind: EntryKind, programme: string, cause: NewEntry['cause'], parts: readonly LotPart[]): NewEntry {
  const points = sumOf(parts.map((part) => part.points)) * sign[kind];
  invariant(points !== 0n, `An entry of ${kind} moves nothing`);
  return {
    kind,
    programme,
    points,
    cause,
    counter: counterOf[kind],
    parts: parts.map((part) => ({ lot: part.lot, points: part.points * sign[kind] })),
  };
}
