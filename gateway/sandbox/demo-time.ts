const shanghaiMs = 8 * 3_600_000;

/** Pure: the day in Shanghai (YYYY-MM-DD) at an instant. */
export const dayOf = (instant: Date): string => new Date(instant.getTime() + shanghaiMs).toISOString().slice(0, 10);

/** Pure: midnight in Shanghai so many days after `day`, as ISO 8601. */
export function startOfDay(day: string, daysLater: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + daysLater);
  return asMidnight(date);
}

/** Pure: the same day of the month so many months before a midnight in Shanghai, or the last day of a shorter month. */
export function monthsBefore(midnight: string, months: number): string {
  const date = new Date(`${midnight.slice(0, 10)}T00:00:00Z`);
  const dayOfMonth = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months + 1, 0);
  date.setUTCDate(Math.min(dayOfMonth, date.getUTCDate()));
  return asMidnight(date);
}

const asMidnight = (date: Date): string => `${date.toISOString().slice(0, 10)}T00:00:00+08:00`;
