/// <reference lib="esnext.temporal" />

import type { GivenBefore, History } from '../caps.js';
import type { Decision } from '../decide.js';
import type { Rule } from '../rules.js';

/** What a rehearsal gave so far, beside what really was; kept by the calendar periods in which caps count. */
export class Memory {
  private readonly given = new Map<string, bigint>();
  private readonly balances = new Map<string, bigint>();

  constructor(private readonly zone: string) {}

  /** Counts points that a rule of this name gave a member. */
  add(member: string, rule: string, at: Date, points: bigint): void {
    for (const period of this.periodsOf(at)) this.raise(this.given, `${member} ${period} ${rule}`, points);
  }

  /** Counts what a purchase gave; `alive` of it is still in the wallet. */
  keep(member: string, rules: readonly Rule[], at: Date, decision: Decision, alive: bigint): void {
    const names = new Map(rules.map(({ id, name }) => [id, name]));
    for (const { rule, points } of decision.rules) if (points > 0n) this.add(member, names.get(rule) ?? '', at, points);
    this.raise(this.balances, member, alive);
  }

  /** What really was, and what this rehearsal added to it. */
  over(past: History, member: string, rules: readonly Rule[], at: Date): History {
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
    return { given, balance: past.balance + (this.balances.get(member) ?? 0n) };
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
