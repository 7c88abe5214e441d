/// <reference lib="esnext.temporal" />

/** The calendar periods that caps count in. */
export type PeriodUnit = 'day' | 'month' | 'year';

export interface Period {
  readonly from: Date;
  readonly until: Date;
}

/** The first instants of the calendar period of an instant and of the next one, in a zone. */
export function periodOf(at: Date, zone: string, unit: PeriodUnit): Period {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
  const start = (unit === 'day' ? local : local.with(unit === 'month' ? { day: 1 } : { month: 1, day: 1 })).startOfDay();
  const next = start.add(unit === 'day' ? { days: 1 } : unit === 'month' ? { months: 1 } : { years: 1 }).startOfDay();
  return { from: new Date(start.epochMilliseconds), until: new Date(next.epochMilliseconds) };
}

/** The instant so many calendar months later, at the same time of day in the zone; the last day where a month is shorter. */
export function monthsLater(at: Date, months: number, zone: string): Date {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
  return new Date(local.add({ months }).epochMilliseconds);
}
