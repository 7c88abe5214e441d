/// <reference lib="esnext.temporal" />

import { minOf, sumOf } from '../../kernel/rational.js';
import type { LineAccrual, RuleShare } from './rules.js';

/** A share as it is given: `points` of it, and what a cap withheld. */
export interface CappedShare extends RuleShare {
  readonly withheld: bigint;
}

export interface CappedLine {
  readonly points: bigint;
  readonly rules: readonly CappedShare[];
}

/**
 * Lines as the caps of their rules let them through, in the order of the lines. `room`: points that a rule may still give this member;
 * a rule without a cap is not in it.
 */
export function capped(lines: readonly (LineAccrual | null)[], room: ReadonlyMap<string, bigint>): CappedLine[] {
  const left = new Map(room);
  return lines.map((line) => {
    const rules = (line?.rules ?? []).map((share): CappedShare => {
      const free = left.get(share.rule);
      if (free === undefined) return shareOf(share, share.points);
      const points = minOf(share.points, free > 0n ? free : 0n);
      left.set(share.rule, free - points);
      return shareOf(share, points);
    });
    return { points: sumOf(rules.map(({ points }) => points)), rules };
  });
}

const shareOf = ({ rule, credit, points: earned }: RuleShare, points: bigint): CappedShare => ({
  rule,
  credit,
  points,
  withheld: earned - points,
});

/** The first instants of a calendar month and of the next one, in a zone. */
export function monthOf(at: Date, zone: string): { readonly from: Date; readonly until: Date } {
  const start = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).with({ day: 1 }).startOfDay();
  return { from: new Date(start.epochMilliseconds), until: new Date(start.add({ months: 1 }).startOfDay().epochMilliseconds) };
}
