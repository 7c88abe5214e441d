import { addMs, dayMs } from '../../kernel/clock.js';
import { expiryOf, type ExpiryRule } from '../points/expiry.js';
import type { Decision } from './decide.js';
import type { Rule } from './rules.js';

/** When points that wait for an event may be spent: not before it. The ledger compares instants only, so this one is beyond all. */
export const untilConfirmed = new Date('9999-12-31T00:00:00Z');

/** A lot to be made: points of rules that wait alike. */
export interface PlannedLot {
  readonly points: bigint;
  readonly usableFrom: Date;
  readonly expiresAt: Date | null;
  /** The event that it waits for. */
  readonly waitsFor: string | null;
}

/** The lots of a purchase, those that may be spent first in front. Points live from the instant from which they may be spent. */
export function lotsOf({ rules: shares }: Pick<Decision, 'rules'>, rules: readonly Rule[], policy: ExpiryRule, at: Date): PlannedLot[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const lots = new Map<string, PlannedLot>();
  for (const { rule, points } of shares) {
    if (points === 0n) continue;
    const terms = termsOf(byId.get(rule) as Rule, policy, at);
    const place = JSON.stringify(terms);
    lots.set(place, { ...terms, points: (lots.get(place)?.points ?? 0n) + points });
  }
  return [...lots.values()].sort((a, b) => a.usableFrom.getTime() - b.usableFrom.getTime());
}

function termsOf(
  { pendingDays, pendingUntil, pendingEvent, pendingLapseDays }: Rule,
  policy: ExpiryRule,
  at: Date,
): Omit<PlannedLot, 'points'> {
  if (pendingEvent !== null) {
    const expiresAt = pendingLapseDays === null ? null : addMs(at, pendingLapseDays * dayMs);
    return { usableFrom: untilConfirmed, expiresAt, waitsFor: pendingEvent };
  }
  const due = pendingDays === null ? pendingUntil : addMs(at, pendingDays * dayMs);
  const usableFrom = due !== null && due > at ? due : at;
  return { usableFrom, expiresAt: expiryOf(policy, usableFrom), waitsFor: null };
}
