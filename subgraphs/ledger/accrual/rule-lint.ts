import type { Trade } from '../../../schema/roster.js';

/** What makes a draft unfit to be kept, with a stable code and a sentence. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
}

export interface DraftTerms {
  readonly kind: 'BASE' | 'BONUS' | 'EVENT';
  readonly rate?: { readonly points: bigint; readonly fen: bigint } | null;
  readonly bonusBasisPoints?: number | null;
  readonly eventPoints?: bigint | null;
  readonly monthlyCapPoints?: bigint | null;
  readonly event?: string | null;
  readonly creditFactor?: boolean;
  readonly validFrom?: Date | null;
  readonly validUntil?: Date | null;
}

/** Every problem of a draft; none is an empty list. `trade` is the issuer's: a bank's points must be tied to spending. */
export function lint(draft: DraftTerms, trade: Trade | null): Problem[] {
  const { kind, validFrom, validUntil } = draft;
  const problems: Problem[] = [];
  const found: Found = (code, detail) => void problems.push({ code, detail });
  lintOf[kind](draft, found);
  if (kind !== 'EVENT') {
    if (isGiven(draft.eventPoints)) found('EVENT_POINTS_ON_SPENDING', 'Only an EVENT rule has `eventPoints`');
    if (isGiven(draft.monthlyCapPoints)) found('CAP_ON_SPENDING', 'Only an EVENT rule has `monthlyCapPoints`');
  }
  if (validFrom && validUntil && validUntil <= validFrom) found('PERIOD_EMPTY', '`validUntil` is after `validFrom`');
  // A bonus multiplies a base and so inherits its trigger; naming another event is the card-opening bonus that banks may not give.
  if (trade === 'BANKING' && (kind === 'EVENT' || (draft.event ?? (kind === 'BASE' ? null : 'SPEND')) !== 'SPEND'))
    found('SPEND_TRIGGER_MISSING', 'Points of a bank are tied to spending: the rule needs `event: "SPEND"`');
  return problems;
}

type Found = (code: string, detail: string) => void;

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

const lintOf: Readonly<Record<DraftTerms['kind'], (draft: DraftTerms, found: Found) => void>> = {
  BASE({ rate, bonusBasisPoints }, found) {
    if (!rate) found('RATE_MISSING', 'A BASE rule says how many points it gives per fen');
    else if (rate.points < 1n || rate.fen < 1n) found('RATE_EMPTY', 'Points and fen of a rate are at least 1');
    if (isGiven(bonusBasisPoints)) found('BONUS_ON_BASE', 'Only a BONUS or EVENT rule has `bonusBasisPoints`');
  },
  BONUS({ rate, bonusBasisPoints, creditFactor }, found) {
    if (!bonusBasisPoints || bonusBasisPoints < 1 || bonusBasisPoints > 1_000_000)
      found('BONUS_MISSING', 'A BONUS rule has `bonusBasisPoints` from 1 to 1000000');
    if (rate) found('RATE_ON_BONUS', 'Only a BASE rule has a rate');
    if (creditFactor) found('CREDIT_ON_BONUS', 'A credit band multiplies a base: only a BASE rule has `creditFactor`');
  },
  EVENT({ rate, bonusBasisPoints, eventPoints, monthlyCapPoints, event, creditFactor }, found) {
    if (!event) found('EVENT_MISSING', 'An EVENT rule names its event');
    if (isGiven(eventPoints) === isGiven(bonusBasisPoints))
      found('EVENT_POINTS_MISSING', 'An EVENT rule has either `eventPoints` or `bonusBasisPoints`');
    if (isGiven(eventPoints) && (eventPoints as bigint) < 1n) found('EVENT_POINTS_EMPTY', '`eventPoints` is at least 1');
    if (isGiven(bonusBasisPoints) && ((bonusBasisPoints as number) < 1 || (bonusBasisPoints as number) > 1_000_000))
      found('BONUS_MISSING', '`bonusBasisPoints` is 1 to 1000000');
    if (isGiven(monthlyCapPoints) && (monthlyCapPoints as bigint) < 1n) found('CAP_EMPTY', '`monthlyCapPoints` is at least 1');
    if (rate) found('RATE_ON_EVENT', 'Only a BASE rule has a rate');
    if (creditFactor) found('CREDIT_ON_EVENT', 'A credit band multiplies a base: only a BASE rule has `creditFactor`');
  },
};
