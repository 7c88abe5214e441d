import { sumOf } from '../../../kernel/rational.js';
import type { CappedShare } from '../caps.js';
import type { Tried, TrialPurchase } from './rehearse.js';

/** What a member, or all of them, bought and earned with the rule and without it. */
export interface Sums {
  readonly points: bigint;
  readonly currentPoints: bigint;
}

export interface MemberSums extends Sums {
  readonly member: string;
}

/** Adds up a rehearsal with the rule and one without it, purchase by purchase. */
export class SumUp {
  purchases = 0;
  salesFen = 0n;
  points = 0n;
  currentPoints = 0n;
  /** Of the difference, what would still be out. */
  aliveExtra = 0n;
  private readonly members = new Map<string, Sums>();
  private readonly shares = new Map<string, CappedShare>();

  add({ member, lines }: TrialPurchase, tried: Tried | null, current: Tried | null): void {
    const sums = { points: tried?.decision.points ?? 0n, currentPoints: current?.decision.points ?? 0n };
    this.purchases += 1;
    this.salesFen += sumOf(lines.map(({ fen }) => fen));
    this.points += sums.points;
    this.currentPoints += sums.currentPoints;
    this.aliveExtra += (tried?.alive ?? 0n) - (current?.alive ?? 0n);
    if (member !== null) this.members.set(member, added(this.members.get(member), sums));
    for (const share of tried?.decision.rules ?? []) {
      const place = `${share.rule} ${share.credit}`;
      const { points = 0n, withheld = 0n } = this.shares.get(place) ?? {};
      this.shares.set(place, {
        rule: share.rule,
        credit: share.credit,
        points: points + share.points,
        withheld: withheld + share.withheld,
      });
    }
  }

  get memberCount(): number {
    return this.members.size;
  }

  /** What each rule gave, the candidate among them. */
  get byRule(): CappedShare[] {
    return [...this.shares.values()];
  }

  /** Members by what the rule gives them, most first. */
  get byMember(): MemberSums[] {
    return [...this.members]
      .map(([member, { points, currentPoints }]) => ({ member, points, currentPoints }))
      .sort((a, b) => compare(b.points - b.currentPoints, a.points - a.currentPoints) || (a.member < b.member ? -1 : 1));
  }
}

const added = (before: Sums | undefined, { points, currentPoints }: Sums): Sums => ({
  points: (before?.points ?? 0n) + points,
  currentPoints: (before?.currentPoints ?? 0n) + currentPoints,
});

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
