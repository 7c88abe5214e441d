/// <reference lib="esnext.temporal" />

import { sumOf } from '../../../kernel/rational.js';
import { isExpired } from '../../points/lots.js';
import type { GivenBefore, History } from '../caps.js';
import type { Decision } from '../decide.js';
import type { PlannedLot } from '../pending.js';
import type { Rule } from '../rules.js';

/** Points of a rehearsal that run out together. */
type Kept = Pick<PlannedLot, 'points' | 'expiresAt' | 'waitsFor'>;

/** What a rehearsal gave so far, beside what really was; kept by the calendar periods in which caps count. */
export class Memory {
  private readonly given = new Map<string, bigint>();
  /** By member; within, by what lets them run out together. */
  private readonly lots = new Map<string, Map<string, Kept>>();

  constructor(private readonly zone: string) {}

  /** Counts points that a rule of this name gave a member. */
  add(member: string, rule: string, at: Date, points: bigint): void {
    for (const period of this.periodsOf(at)) this.raise(this.given, `${member} ${period} ${rule}`, points);
  }

  /** Counts what a purchase gave, and the lots of it that are in the wallet. */
  keep(member: string, rules: readonly Rule[], at: Date, decision: Decision, lots: readonly Kept[]): void {
    const names = new Map(rules.map(({ id, name }) => [id, name]));
    for (const { rule, points } of decision.rules) if (points > 0n) this.add(member, names.get(rule) ?? '', at, points);
    for (const lot of lots) put(this.lotsOf(member), lot);
  }

  /** An activity in a SLIDING programme: what lives at `seen` and does not wait for an event lives until then at the least. */
  renew(member: string, seen: Date, until: Date): void {
    const lots = this.lotsOf(member);
    for (const [place, { points, expiresAt, waitsFor }] of lots)
      if (waitsFor === null && expiresAt !== null && expiresAt > seen && expiresAt < until) {
        lots.delete(place);
        put(lots, { points, expiresAt: until, waitsFor });
      }
  }

  /** What really was, and what this rehearsal added to it. `seen`: the instant at which the wallet is looked at for a purchase of `at`. */
  over(past: History, member: string, rules: readonly Rule[], at: Date, seen: Date): History {
    const [day, month, year] = this.periodsOf(at).map((period) => (name: string) => this.given.get(`${member} ${period} ${name}`) ?? 0n);
    const given = new Map<string, GivenBefore>();
    for (const { name } of rules) {
      const before = past.given.get(name);
      given.set(name, {
        day: (before?.day ?? 0n) + (day?.(name) ?? 0n),
        month: (before?.month ?? 0n) + (month?.(name) ?? 0n),
        year: (before?.year ?? 0n) + (year?.(name) ?? 0n),
      });
    }
    const living = [...this.lotsOf(member).values()].filter((lot) => !isExpired(lot, seen));
    return { given, balance: past.balance + sumOf(living.map(({ points }) => points)) };
  }

  private lotsOf(member: string): Map<string, Kept> {
    const known = this.lots.get(member) ?? new Map<string, Kept>();
    this.lots.set(member, known);
    return known;
  }

  /** Names of the day, the month and the year of an instant. */
  private periodsOf(at: Date): readonly [string, string, string] {
    const day = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(this.zone).toPlainDate().toString();
    return [day, day.slice(0, -3), day.slice(0, -6)];
  }

  private raise(sums: Map<string, bigint>, key: string, points: bigint): void {
    sums.set(key, (sums.get(key) ?? 0n) + points);
  }
}

function put(lots: Map<string, Kept>, { points, expiresAt, waitsFor }: Kept): void {
  const place = `${expiresAt?.getTime()} ${waitsFor}`;
  lots.set(place, { points: (lots.get(place)?.points ?? 0n) + points, expiresAt, waitsFor });
}
