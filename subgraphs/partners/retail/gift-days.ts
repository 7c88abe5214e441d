/// <reference lib="esnext.temporal" />

/**
 * Months and days of birth that are celebrated on a day (YYYY-MM-DD): its own, and on 28 February of a common year also the 29th, so that
 * a child of a leap day has a birthday every year.
 */
export function celebratedOn(day: string): readonly string[] {
  const date = Temporal.PlainDate.from(day);
  const own = day.slice(5);
  return own === '02-28' && !date.inLeapYear ? [own, '02-29'] : [own];
}

/**
 * Whether a gift is due on a day after the latest one: a year later or more. Changing the date to an earlier one therefore gives no
 * second gift within a year, neither before nor after New Year.
 */
export const isGiftDue = (day: string, latest: string | null): boolean =>
  latest === null || Temporal.PlainDate.compare(Temporal.PlainDate.from(latest).add({ years: 1 }), Temporal.PlainDate.from(day)) <= 0;

/** First instants of a day and of the one after it, in Shanghai. */
export function boundsOf(day: string): { readonly from: Date; readonly until: Date } {
  const date = Temporal.PlainDate.from(day);
  const beginOf = (each: Temporal.PlainDate): Date => new Date(each.toZonedDateTime('Asia/Shanghai').epochMilliseconds);
  return { from: beginOf(date), until: beginOf(date.add({ days: 1 })) };
}

/** The first instant of a gift's year, in Shanghai: all of its time that may be told without the day. */
export const yearOf = (at: Date): Date =>
  boundsOf(Temporal.Instant.from(at.toISOString()).toZonedDateTimeISO('Asia/Shanghai').toPlainDate().with({ month: 1, day: 1 }).toString())
    .from;

const pauseMs = 3_600_000;

/**
 * Whether a gift that was refused is tried again: an hour after it was tried, while its day lasts. A partner that has paid what it owes
 * then gives it the same day, and one that has not leaves two dozen refusals in the ledger's trail and not thousands.
 */
export const isTriedAgain = (day: string, triedFor: Date, now: Date): boolean =>
  now < boundsOf(day).until && now.getTime() >= triedFor.getTime() + pauseMs;

const mostDays = 31;

/** The days that a run still has to look at: from the last one that was looked at to today, both included, a month at the most. */
export function daysToCelebrate(last: string | null, today: string): readonly string[] {
  const end = Temporal.PlainDate.from(today);
  const first = last === null ? end : Temporal.PlainDate.from(last);
  const from = Temporal.PlainDate.compare(first, end.subtract({ days: mostDays })) < 0 ? end.subtract({ days: mostDays }) : first;
  const days: string[] = [];
  for (let day = from; Temporal.PlainDate.compare(day, end) <= 0; day = day.add({ days: 1 })) days.push(day.toString());
  return days;
}
