import { minOf, sumOf } from '../../../kernel/rational.js';
import { isExpired } from '../../points/lots.js';
import { expiryOf, type ExpiryRule } from '../../points/expiry.js';
import { type History, noHistory } from '../caps.js';
import type { PlaceAndTime } from '../certificates/certificate.js';
import { decide, type Decision, earnedBy, usedBy } from '../decide.js';
import { lotsOf, type PlannedLot } from '../pending.js';
import { inForce, type PurchaseLine, type Rule, type Standing } from '../rules.js';
import type { Seller } from '../seller.js';
import { Memory } from './memory.js';

/** A purchase on which a rule is tried. `member`: whose caps count; each purchase of nobody counts by itself. */
export interface TrialPurchase {
  readonly member: string | null;
  /** Where it is bought. */
  readonly partner: string;
  readonly at: Date;
  readonly lines: readonly PurchaseLine[];
  readonly standing: Standing;
  readonly seller: Seller;
}

/** What a member really has, as far as caps ask. `arrears` are deducted from the first points. */
export interface Past {
  of(member: string, rules: readonly Rule[], at: Date): Promise<History & { readonly arrears: bigint }>;
  /** When a wallet is looked at for a purchase of an instant: what has expired by then fills it no more. */
  seenAt(at: Date): Date;
}

export interface Terms {
  readonly policy: ExpiryRule;
  /** What has expired by then is no liability. */
  readonly now: Date;
  /** Lines with what the registry of certificates says of them. */
  readonly registered: (lines: readonly PurchaseLine[], sale: PlaceAndTime) => readonly PurchaseLine[];
}

/** What a purchase earns under a set of rules; null where none of them fits it. */
export interface Tried {
  readonly decision: Decision;
  /** Of its points, those that would still be out. */
  readonly alive: bigint;
}

/** The published rules of a programme, with the candidate in the place of every other version of its name, whatever its dates say. */
export const withCandidate =
  (published: readonly Rule[], candidate: Rule) =>
  (at: Date): Rule[] => [...inForce(published, at).filter(({ name }) => name !== candidate.name), candidate];

/** The published rules without the candidate: what it replaces, where it is a new version. */
export const withoutCandidate =
  (published: readonly Rule[], candidate: Rule) =>
  (at: Date): Rule[] =>
    inForce(
      published.filter(({ id }) => id !== candidate.id),
      at,
    );

/**
 * Buys what is said, one purchase after the other, and writes nothing: the rules of the instant, the caps and what the rehearsal itself gave
 * before decide, by the same functions by which an accrual decides.
 */
export class Rehearsal {
  private readonly memory: Memory;
  private readonly owed = new Map<string, bigint>();

  constructor(
    private readonly rulesAt: (at: Date) => Rule[],
    private readonly past: Past,
    private readonly terms: Terms,
  ) {
    this.memory = new Memory(terms.policy.zone);
  }

  async buy({ member, partner, at, lines, standing, seller }: TrialPurchase): Promise<Tried | null> {
    const rules = this.rulesAt(at);
    const earned = earnedBy(this.terms.registered(lines, { partner, at }), rules, standing, seller);
    if (earned === null) return null;
    const used = usedBy(earned, rules);
    // A bound of the wallet counts what other purchases put into it, so arrears matter from the first one on.
    const asks = used.some(isCapped) || rules.some(({ balanceCapPoints }) => balanceCapPoints !== null);
    const history = member !== null && asks ? await this.history(member, used, at) : noHistory;
    const decision = decide(earned, rules, history);
    const planned = lotsOf(decision, rules, this.terms.policy, at);
    const alive = sumOf(planned.filter((lot) => !isExpired(lot, this.terms.now)).map(({ points }) => points));
    if (member !== null) this.keep(member, rules, at, decision, planned);
    return { decision, alive };
  }

  private keep(member: string, rules: readonly Rule[], at: Date, decision: Decision, planned: readonly PlannedLot[]): void {
    this.memory.keep(member, rules, at, decision, this.deduct(member, planned));
    const until = this.terms.policy.mode === 'SLIDING' && decision.points > 0n ? expiryOf(this.terms.policy, at) : null;
    if (until !== null) this.memory.renew(member, this.past.seenAt(at), until);
  }

  private async history(member: string, rules: readonly Rule[], at: Date): Promise<History> {
    const past = await this.past.of(member, rules, at);
    if (!this.owed.has(member)) this.owed.set(member, past.arrears);
    return this.memory.over(past, member, rules, at, this.past.seenAt(at));
  }

  /** What is left of new lots: what is owed is taken out of those first that may be spent first. */
  private deduct(member: string, lots: readonly PlannedLot[]): PlannedLot[] {
    let owed = this.owed.get(member) ?? 0n;
    const left = lots.map((lot): PlannedLot => {
      const deducted = minOf(owed, lot.points);
      owed -= deducted;
      return deducted === 0n ? lot : Object.assign({}, lot, { points: lot.points - deducted });
    });
    this.owed.set(member, owed);
    return left;
  }
}

/** Whether a rule asks what a member had before. */
const isCapped = (rule: Rule): boolean =>
  [rule.dailyCapPoints, rule.monthlyCapPoints, rule.yearlyCapPoints, rule.balanceCapPoints].some((cap) => cap !== null);
