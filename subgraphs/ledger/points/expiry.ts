/// <reference lib="esnext.temporal" />

export interface ExpiryRule {
  readonly mode: 'NONE' | 'ROLLING';
  readonly months: number | null;
  readonly roundToMonthEnd: boolean;
  readonly zone: string;
}

/**
 * The first instant at which points earned at `earnedAt` are unusable, or null for never. Months are those of the programme's zone: the
 * same wall-clock time so many months later, on the last day where the month is shorter; rounded, the first instant of the next month.
 */
export function expiryOf({ mode, months, roundToMonthEnd, zone }: ExpiryRule, earnedAt: Date): Date | null {
  if (mode === 'NONE' || months === null) return null;
  const due = Temporal.Instant.fromEpochMilliseconds(earnedAt.getTime()).toZonedDateTimeISO(zone).add({ months });
  const end = roundToMonthEnd ? due.with({ day: 1 }).startOfDay().add({ months: 1 }).startOfDay() : due;
  return new Date(end.epochMilliseconds);
}
