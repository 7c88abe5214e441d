import type { Trade } from '../../../../schema/roster.js';
import type { PendingMode } from '../rules.js';
import { openings, spending } from '../seller.js';

/** What makes a draft unfit to be kept, with a stable code and a sentence. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
}

export interface PendingTerms {
  readonly mode: PendingMode;
  readonly days?: number | null;
  readonly until?: Date | null;
  readonly event?: string | null;
  readonly lapseDays?: number | null;
}

export interface DraftTerms {
  readonly kind: 'BASE' | 'BONUS' | 'EVENT';
  readonly rate?: { readonly points: bigint; readonly fen: bigint } | null;
  readonly bonusBasisPoints?: number | null;
  readonly eventPoints?: bigint | null;
  readonly transactionCapPoints?: bigint | null;
  readonly dailyCapPoints?: bigint | null;
  readonly monthlyCapPoints?: bigint | null;
  readonly yearlyCapPoints?: bigint | null;
  readonly balanceCapPoints?: bigint | null;
  readonly certificate?: string | null;
  readonly certificateRegistered?: boolean;
  readonly event?: string | null;
  readonly pending?: PendingTerms | null;
  readonly creditFactor?: boolean;
  readonly validFrom?: Date | null;
  readonly validUntil?: Date | null;
}

/**
 * Every problem of a draft; none is an empty list. `trade` is the issuer's: a bank's points must be tied to spending, and what it gives for
 * the opening of an account is at most `openingCap`, with the `openingPoints` that other rules of the programme give for it.
 */
export function lint(draft: DraftTerms, trade: Trade | null, openingCap = 0n, openingPoints = 0n): Problem[] {
  const { kind, validFrom, validUntil } = draft;
  const problems: Problem[] = [];
  const found: Found = (code, detail) => void problems.push({ code, detail });
  lintOf[kind](draft, found);
  if (kind !== 'EVENT' && isGiven(draft.eventPoints)) found('EVENT_POINTS_ON_SPENDING', 'Only an EVENT rule has `eventPoints`');
  for (const cap of caps) if (isGiven(draft[cap]) && (draft[cap] as bigint) < 1n) found('CAP_EMPTY', `\`${cap}\` is at least 1`);
  if (draft.certificateRegistered && !draft.certificate)
    found('CERTIFICATE_MISSING', 'A rule with `certificateRegistered` names the certificate');
  if (draft.pending) lintPending(draft.pending, found);
  if (validFrom && validUntil && validUntil <= validFrom) found('PERIOD_EMPTY', '`validUntil` is after `validFrom`');
  if (trade === 'BANKING') lintOfBank(draft, openingCap, openingPoints, found);
  return problems;
}

const caps = ['transactionCapPoints', 'dailyCapPoints', 'monthlyCapPoints', 'yearlyCapPoints', 'balanceCapPoints'] as const;

function lintOfBank(
  { kind, event, eventPoints, bonusBasisPoints }: DraftTerms,
  openingCap: bigint,
  openingPoints: bigint,
  found: Found,
): void {
  if (kind === 'EVENT' && openings.has(event ?? '')) {
    if ((eventPoints ?? 0n) + openingPoints > openingCap || isGiven(bonusBasisPoints))
      found('OPENING_BONUS', `A bank gives at most ${openingCap} points for the opening of an account, by all rules together`);
    return;
  }
  // A bonus multiplies a base and so inherits its trigger; naming another event is the card-opening bonus that banks may not give.
  if (kind === 'EVENT' || (event ?? (kind === 'BASE' ? null : spending)) !== spending)
    found('SPEND_TRIGGER_MISSING', 'Points of a bank are tied to spending: the rule needs `event: "SPEND"`');
}

function lintPending({ mode, days, until, event, lapseDays }: PendingTerms, found: Found): void {
  const needed = { DAYS: days, DATE: until, EVENT: event || null }[mode];
  const given = [days, until, event].filter(isGiven).length;
  if (!isGiven(needed) || given !== 1) found('PENDING_UNCLEAR', `Points that wait for ${mode} name that and nothing else`);
  if (isGiven(days) && (days < 1 || days > 3660)) found('PENDING_UNCLEAR', '`pending.days` is 1 to 3660');
  if (isGiven(lapseDays) && (mode !== 'EVENT' || lapseDays < 1 || lapseDays > 3660))
    found('PENDING_UNCLEAR', 'Only points that wait for an EVENT have `lapseDays`, 1 to 3660');
}

type Found = (code: string, detail: string) => void;

const isGiven = <T>(value: T | null | undefined): value is T => value !== undefined && value !== null;

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
  EVENT({ rate, bonusBasisPoints, eventPoints, event, creditFactor }, found) {
    if (!event) found('EVENT_MISSING', 'An EVENT rule names its event');
    if (isGiven(eventPoints) === isGiven(bonusBasisPoints))
      found('EVENT_POINTS_MISSING', 'An EVENT rule has either `eventPoints` or `bonusBasisPoints`');
    if (isGiven(eventPoints) && eventPoints < 1n) found('EVENT_POINTS_EMPTY', '`eventPoints` is at least 1');
    if (isGiven(bonusBasisPoints) && (bonusBasisPoints < 1 || bonusBasisPoints > 1_000_000))
      found('BONUS_MISSING', '`bonusBasisPoints` is 1 to 1000000');
    if (rate) found('RATE_ON_EVENT', 'Only a BASE rule has a rate');
    if (creditFactor) found('CREDIT_ON_EVENT', 'A credit band multiplies a base: only a BASE rule has `creditFactor`');
  },
};
