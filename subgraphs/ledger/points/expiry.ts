/// <reference lib="esnext.temporal" />

export type ExpiryModeName = 'NONE' | 'ROLLING' | 'CALENDAR' | 'SLIDING';

/** How points of a programme run out; `months` and `yearEnd` as the mode says, `monthDay` for CALENDAR. */
export interface ExpiryRule {
  readonly mode: ExpiryModeName;
  /** Of ROLLING: after earning; of SLIDING: after the last activity; of CALENDAR: what they live at the least. */
  readonly months: number | null;
  readonly roundToMonthEnd: boolean;
  readonly roundToYearEnd: boolean;
  /** `MM-DD`: the last day of each year on which points may be spent that run out in it. */
  readonly monthDay: string | null;
  readonly zone: string;
}

/**
 * The first instant at which points that came to life at `from` are unusable, or null for never. Months are those of the programme's zone:
 * the same wall-clock time so many months later, on the last day where the month is shorter; rounded, the first instant of the next
 * month or year. A fixed day of the year is the last usable one: points end with the first such day that ends after their `months`.
 */
export function expiryOf({ mode, months, roundToMonthEnd, roundToYearEnd, monthDay, zone }: ExpiryRule, from: Date): Date | null {
  if (mode === 'NONE') return null;
  const due = Temporal.Instant.fromEpochMilliseconds(from.getTime())
    .toZonedDateTimeISO(zone)
    .add({ months: months ?? 0 });
  if (mode === 'CALENDAR') return instantOf(endAfter(due, monthDay ?? '12-31'));
  if (roundToYearEnd) return instantOf(due.with({ month: 1, day: 1 }).startOfDay().add({ years: 1 }).startOfDay());
  return instantOf(roundToMonthEnd ? due.with({ day: 1 }).startOfDay().add({ months: 1 }).startOfDay() : due);
}

/** The end of the first such day that lies after an instant. 29 February is 28 February where there is none. */
function endAfter(due: Temporal.ZonedDateTime, monthDay: string): Temporal.ZonedDateTime {
  const [month = 12, day = 31] = monthDay.split('-').map(Number);
  const endIn = (years: number): Temporal.ZonedDateTime =>
    due.with({ day: 1 }).add({ years }).with({ month }).with({ day }, { overflow: 'constrain' }).startOfDay().add({ days: 1 }).startOfDay();
  const thisYear = endIn(0);
  return Temporal.ZonedDateTime.compare(thisYear, due) > 0 ? thisYear : endIn(1);
}

const instantOf = (zoned: Temporal.ZonedDateTime): Date => new Date(zoned.epochMilliseconds);
