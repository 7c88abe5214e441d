import type { KeptLine, KeptRule, KeptStanding } from './accrual.entity.js';
import type { CappedShare } from './caps.js';
import { everybody, type PurchaseLine, type Standing } from './rules.js';

/** What a rule gave, as it is kept with the accrual. */
export const keptRule = ({ rule, points, credit, withheld }: CappedShare): KeptRule => ({
  rule,
  points: String(points),
  ...(credit ? { credit } : {}),
  ...(withheld > 0n ? { withheld: String(withheld) } : {}),
});

const asked = ['category', 'certificate', 'cardProduct', 'event'] as const;

/** A line as it is kept: all that a rule may ask of it, so that other rules can be tried on it later. */
export const keptLine = (line: PurchaseLine, points: bigint): KeptLine => ({
  sku: line.sku,
  fen: String(line.fen),
  cashFen: String(line.cashFen),
  points: String(points),
  ...Object.fromEntries(asked.flatMap((name) => (line[name] ? [[name, line[name]]] : []))),
  ...(line.points ? { about: String(line.points) } : {}),
});

/** The line that was kept. */
export const lineOf = ({ points: _given, about, fen, cashFen, ...facts }: KeptLine): PurchaseLine => ({
  ...facts,
  fen: BigInt(fen),
  cashFen: BigInt(cashFen),
  points: about === undefined ? null : BigInt(about),
});

/** Only what differs from everybody. */
export const keptStanding = ({ multiplier, tier }: Standing): KeptStanding => ({
  ...(multiplier === everybody.multiplier ? {} : { multiplier: String(multiplier) }),
  ...(tier === null ? {} : { tier }),
});

export const standingOfKept = (kept: KeptStanding | null): Standing => ({
  multiplier: kept?.multiplier === undefined ? everybody.multiplier : BigInt(kept.multiplier),
  tier: kept?.tier ?? null,
});
