import { allocate, sumOf } from '../../kernel/rational.js';

/** What was bought in one line of a purchase. `fen` is the price, `cashFen` the part of it that was paid in cash. */
export interface PurchaseLine {
  readonly sku: string;
  readonly category?: string | null | undefined;
  readonly fen: bigint;
  readonly cashFen: bigint;
  readonly certificate?: string | null | undefined;
  /** Whether the certificate that it claims is registered for it. Found out here, never reported. */
  readonly registered?: boolean | undefined;
  readonly cardProduct?: string | null | undefined;
  readonly event?: string | null | undefined;
  /** Points that the event is about, such as the miles of a cancelled ticket. */
  readonly points?: bigint | null | undefined;
}

/** What points wait for before they may be spent. */
export type PendingMode = 'DAYS' | 'DATE' | 'EVENT';

export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly kind: 'BASE' | 'BONUS' | 'EVENT';
  readonly ratePoints: bigint | null;
  readonly rateFen: bigint | null;
  readonly bonusBasisPoints: number | null;
  /** Of an EVENT: points for each, whatever was spent. */
  readonly eventPoints: bigint | null;
  /** Most points that the rule gives in one purchase, and to one member in a calendar day, month or year of the programme's zone. */
  readonly transactionCapPoints: bigint | null;
  readonly dailyCapPoints: bigint | null;
  readonly monthlyCapPoints: bigint | null;
  readonly yearlyCapPoints: bigint | null;
  /** Points in the member's wallet at which the rule gives no more. */
  readonly balanceCapPoints: bigint | null;
  readonly basis: 'GROSS' | 'NET';
  readonly category: string | null;
  readonly certificate: string | null;
  /** Whether claiming the certificate is not enough: the registry has to have it for the line. */
  readonly certificateRegistered: boolean;
  readonly cardProduct: string | null;
  readonly event: string | null;
  /** Only for members of this tier. */
  readonly tier: string | null;
  /** Whether the base of this rule grows by the multiplier of the member's credit band. */
  readonly creditFactor: boolean;
  /** What its points wait for before they may be spent: so many days, a date, or an event. At most one is set; none: they do not wait. */
  readonly pendingDays: number | null;
  readonly pendingUntil: Date | null;
  readonly pendingEvent: string | null;
  /** Of points that wait for an event: days after which they are gone without it; null: they wait for ever. */
  readonly pendingLapseDays: number | null;
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
}

export interface LineAccrual {
  readonly points: bigint;
  /** What each rule gave; the parts sum to `points`. */
  readonly rules: readonly RuleShare[];
}

export interface RuleShare {
  readonly rule: string;
  readonly points: bigint;
  /** Whether it is what the credit band added to the rule's own base. */
  readonly credit: boolean;
}

const whole = 10_000n;
/** The multiplier of everybody: nobody's points are ever fewer. */
export const baseMultiplier = whole;

/** What a member is, as far as rules ask. */
export interface Standing {
  /** Of the credit band, in basis points. */
  readonly multiplier: bigint;
  readonly tier: string | null;
}
export const everybody: Standing = { multiplier: baseMultiplier, tier: null };

/** The versions in force at an instant: of every name the newest that had begun, unless it is over. `rules` are published ones. */
export function inForce<R extends Rule>(rules: readonly R[], at: Date): R[] {
  const newest = new Map<string, R>();
  for (const rule of rules) {
    if (rule.validFrom === null || rule.validFrom > at) continue;
    const other = newest.get(rule.name);
    if (!other || other.version < rule.version) newest.set(rule.name, rule);
  }
  return [...newest.values()].filter(({ validUntil }) => validUntil === null || at < validUntil);
}

/** Whether a version is in force at some instant from `from` on, until before `until`. `versions`: the published ones of its programme. */
export function isInForceWithin(rule: Rule, versions: readonly Rule[], from: Date, until: Date | null): boolean {
  const { name, version, validFrom, validUntil } = rule;
  if (validFrom === null || (until !== null && validFrom >= until)) return false;
  const newer = versions.filter((other) => other.name === name && other.version > version).map((other) => other.validFrom);
  return [validUntil, ...newer].every((end) => end === null || (end > from && end > validFrom));
}

/** The versions that are still to begin. */
export const notBegun = <R extends Rule>(rules: readonly R[], at: Date): R[] =>
  rules.filter(({ validFrom }) => validFrom !== null && validFrom > at);

/**
 * The first instant, of those from one to another, both included, at which a rule for the event is in force; null where there is none.
 * Nothing comes in force but with the beginning of a version.
 */
export function givesFrom(rules: readonly Rule[], event: string, from: Date, to: Date): Date | null {
  const begins = rules.flatMap(({ validFrom }) => (validFrom !== null && validFrom > from ? [validFrom] : []));
  const instants = [from, ...begins].filter((at) => at <= to).toSorted((a, b) => a.getTime() - b.getTime());
  return instants.find((at) => inForce(rules, at).some((rule) => rule.kind === 'EVENT' && rule.event === event)) ?? null;
}

/**
 * What a line earns, or null where no base rule fits it: the most specific base rules, plus the bonuses as shares of that base, summed
 * exactly and rounded down once. A multiplier of 12500 adds a quarter of the base to the rules that count credit, which adds up with the
 * bonuses and does not compound.
 */
export function earn(line: PurchaseLine, rules: readonly Rule[], { multiplier, tier } = everybody): LineAccrual | null {
  const fitting = rules.filter((rule) => (rule.tier === null || rule.tier === tier) && fits(rule, line));
  const bases = mostSpecific(fitting.filter(({ kind }) => kind === 'BASE'));
  const events = fitting.filter(({ kind }) => kind === 'EVENT').map((rule) => eventShare(rule, line));
  const spent = bases.length === 0 ? { points: 0n, rules: [] } : onSpending(line, bases, fitting, multiplier);
  if (bases.length === 0 && events.length === 0) return null;
  return { points: spent.points + sumOf(events.map(({ points }) => points)), rules: [...spent.rules, ...events] };
}

/** What an event gives: so many points for each, and a share of the points that it is about, rounded down. */
const eventShare = (rule: Rule, line: PurchaseLine): RuleShare => ({
  rule: rule.id,
  points: (rule.eventPoints ?? 0n) + ((line.points ?? 0n) * BigInt(rule.bonusBasisPoints ?? 0)) / whole,
  credit: false,
});

function onSpending(line: PurchaseLine, bases: readonly Rule[], fitting: readonly Rule[], multiplier: bigint): LineAccrual {
  const bonuses = fitting.filter(({ kind }) => kind === 'BONUS');
  // Everything over one denominator, so that nothing is rounded before the end.
  const denominator = bases.reduce((product, { rateFen }) => product * (rateFen ?? 1n), 1n);
  const baseParts = bases.map((rule) => {
    const spent = rule.basis === 'GROSS' ? line.fen : line.cashFen;
    return { rule: rule.id, part: (spent * (rule.ratePoints ?? 0n) * denominator * whole) / (rule.rateFen ?? 1n), credit: false };
  });
  const extra = multiplier > whole ? multiplier - whole : 0n;
  const creditParts = bases.flatMap((rule, index) =>
    rule.creditFactor && extra > 0n ? [{ rule: rule.id, part: ((baseParts[index]?.part ?? 0n) * extra) / whole, credit: true }] : [],
  );
  const base = baseParts.reduce((sum, { part }) => sum + part, 0n);
  const bonusParts = bonuses.map((rule) => ({ rule: rule.id, part: (base * BigInt(rule.bonusBasisPoints ?? 0)) / whole, credit: false }));
  const parts = [...baseParts, ...creditParts, ...bonusParts];
  const points = parts.reduce((sum, { part }) => sum + part, 0n) / (denominator * whole);
  const shares = allocate(
    points,
    parts.map(({ part }) => part),
  );
  return { points, rules: parts.map(({ rule, credit }, index) => ({ rule, credit, points: shares[index] ?? 0n })) };
}

function fits(rule: Rule, line: PurchaseLine): boolean {
  if (rule.certificateRegistered && line.registered !== true) return false;
  return (['category', 'certificate', 'cardProduct', 'event'] as const).every(
    (condition) => rule[condition] === null || rule[condition] === (line[condition] ?? null),
  );
}

/** How specific a base rule is: a category outweighs the other conditions. */
export const weightOf = ({ category, certificate, cardProduct, event, tier }: Rule): number =>
  (category === null ? 0 : 5) + [certificate, cardProduct, event, tier].filter((condition) => condition !== null).length;

/** Among equals all count. */
function mostSpecific(rules: readonly Rule[]): readonly Rule[] {
  const most = Math.max(...rules.map(weightOf));
  return rules.filter((rule) => weightOf(rule) === most);
}

/** What the points of a rule wait for, as one value; null where they do not wait. */
export function pendingOf({ pendingDays, pendingUntil, pendingEvent, pendingLapseDays }: Rule): {
  readonly mode: PendingMode;
  readonly days: number | null;
  readonly until: Date | null;
  readonly event: string | null;
  readonly lapseDays: number | null;
} | null {
  const mode = pendingDays !== null ? 'DAYS' : pendingUntil !== null ? 'DATE' : pendingEvent !== null ? 'EVENT' : null;
  return mode && { mode, days: pendingDays, until: pendingUntil, event: pendingEvent, lapseDays: pendingLapseDays };
}
