import type { Trade } from '../../../schema/roster.js';

/** What makes a draft unfit to be kept, with a stable code and a sentence. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
}

export interface DraftTerms {
  readonly kind: 'BASE' | 'BONUS';
  readonly rate?: { readonly points: bigint; readonly fen: bigint } | null;
  readonly bonusBasisPoints?: number | null;
  readonly event?: string | null;
  readonly creditFactor?: boolean;
  readonly validFrom?: Date | null;
  readonly validUntil?: Date | null;
}

/** Every problem of a draft; none is an empty list. `trade` is the issuer's: a bank's points must be tied to spending. */
export function lint(
  { kind, rate, bonusBasisPoints, event, creditFactor, validFrom, validUntil }: DraftTerms,
  trade: Trade | null,
): Problem[] {
  const problems: Problem[] = [];
  const found = (code: string, detail: string): void => void problems.push({ code, detail });
  if (kind === 'BASE') {
    if (!rate) found('RATE_MISSING', 'A BASE rule says how many points it gives per fen');
    else if (rate.points < 1n || rate.fen < 1n) found('RATE_EMPTY', 'Points and fen of a rate are at least 1');
    if (bonusBasisPoints !== undefined && bonusBasisPoints !== null) found('BONUS_ON_BASE', 'Only a BONUS rule has `bonusBasisPoints`');
  } else {
    if (!bonusBasisPoints || bonusBasisPoints < 1 || bonusBasisPoints > 1_000_000)
      found('BONUS_MISSING', 'A BONUS rule has `bonusBasisPoints` from 1 to 1000000');
    if (rate) found('RATE_ON_BONUS', 'Only a BASE rule has a rate');
    if (creditFactor) found('CREDIT_ON_BONUS', 'A credit band multiplies a base: only a BASE rule has `creditFactor`');
  }
  if (validFrom && validUntil && validUntil <= validFrom) found('PERIOD_EMPTY', '`validUntil` is after `validFrom`');
  // A bonus multiplies a base and so inherits its trigger; naming another event is the card-opening bonus that banks may not give.
  if (trade === 'BANKING' && (kind === 'BASE' ? (event ?? null) : (event ?? 'SPEND')) !== 'SPEND')
    found('SPEND_TRIGGER_MISSING', 'Points of a bank are tied to spending: the rule needs `event: "SPEND"`');
  return problems;
}
