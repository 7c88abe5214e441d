import { invariant } from '../../kernel/invariant.js';
import { sumOf } from '../../kernel/rational.js';
import type { LotPart } from './lots.js';

/** What happened to a member's points. */
export type EntryKind = 'ACCRUAL' | 'BURN' | 'RETURN' | 'EXPIRY' | 'CLAWBACK';
export type CauseKind = 'ACCRUAL' | 'REDEMPTION' | 'RETURN' | 'EXPIRY' | 'HOLD';

/** The two sides of every entry: the member's lots, and where the points came from or went. */
export type Account = 'lot' | 'issued' | 'redeemed' | 'expired' | 'clawed-back';

export interface Posting {
  readonly account: Account;
  readonly lot: string | null;
  readonly points: bigint;
}

export interface NewEntry {
  readonly kind: EntryKind;
  readonly programme: string;
  /** Of the member's points; negative where they become fewer. */
  readonly points: bigint;
  readonly cause: { readonly kind: CauseKind; readonly id: string };
  readonly postings: readonly Posting[];
}

const counterAccount = { ACCRUAL: 'issued', BURN: 'redeemed', RETURN: 'redeemed', EXPIRY: 'expired', CLAWBACK: 'clawed-back' } as const;
const sign = { ACCRUAL: 1n, BURN: -1n, RETURN: 1n, EXPIRY: -1n, CLAWBACK: -1n } as const;

/** A balanced entry over lots of one programme: each part against the account that this kind of entry faces. */
export function entryOf(kind: EntryKind, programme: string, cause: NewEntry['cause'], parts: readonly LotPart[]): NewEntry {
  const total = sumOf(parts.map(({ points }) => points)) * sign[kind];
  const postings: Posting[] = [
    ...parts.map(({ lot, points }) => ({ account: 'lot' as const, lot, points: points * sign[kind] })),
    { account: counterAccount[kind], lot: null, points: -total },
  ];
  invariant(sumOf(postings.map(({ points }) => points)) === 0n && total !== 0n, `An entry of ${kind} does not balance`);
  return { kind, programme, points: total, cause, postings };
}
