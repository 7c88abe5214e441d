/** Under which conditions something can be used. An absent list restricts nothing; hours are minutes of the day, the end exclusive. */
export interface UseConditions {
  /** ISO weekdays, 1 is Monday. */
  readonly days: readonly number[] | null;
  readonly hours: readonly { readonly from: number; readonly until: number }[] | null;
  readonly windows: readonly { readonly from: Date; readonly until: Date }[] | null;
  readonly services: readonly string[] | null;
}

/** How something can be used by who pays cash, and by who pays points. */
export interface Variants {
  readonly cash: UseConditions;
  readonly points: UseConditions;
}

/** Whether conditions make sense: days of the week, and hours and windows that begin before they end. */
export const sound = ({ days, hours, windows }: UseConditions): boolean =>
  (days ?? []).every((day) => day >= 1 && day <= 7) &&
  (hours ?? []).every(({ from, until }) => from >= 0 && from < until && until <= 1_440) &&
  (windows ?? []).every(({ from, until }) => from < until);

/** Conditions as far as they still matter: windows that are over are nobody's loss. */
const stillAhead = (conditions: UseConditions, at: Date): UseConditions => ({
  ...conditions,
  windows: conditions.windows?.filter(({ until }) => until > at).map(({ from, until }) => ({ from: from < at ? at : from, until })) ?? null,
});

/**
 * Everything in which who pays points is worse off than who pays cash; and where there is nothing, everything in which they are worse off
 * than was promised before (null: nothing was).
 */
export function parityProblems(wish: Variants | null, before: Variants | null, at: Date): Difference[] {
  if (!wish) return [];
  const unequal = narrowerThan(wish.cash, wish.points);
  return unequal.length > 0 || !before ? unequal : narrowerThan(stillAhead(before.points, at), wish.points);
}

/** One respect in which the second variant is narrower than the first. */
export interface Difference {
  readonly what: 'DAYS' | 'HOURS' | 'WINDOWS' | 'SERVICES';
  /** What the wider variant allows. */
  readonly expected: string;
  /** What is lacking in the narrower one. */
  readonly lacking: string;
}

export const unrestricted: UseConditions = { days: null, hours: null, windows: null, services: null };

/** Everything in which `tested` is narrower than `measure`; wider is allowed. Covers conditions of use, not how many there are. */
export function narrowerThan(measure: UseConditions, tested: UseConditions): Difference[] {
  const found: Difference[] = [];
  const days = measure.days ?? [1, 2, 3, 4, 5, 6, 7];
  const lostDays = tested.days === null ? [] : days.filter((day) => !tested.days?.includes(day));
  if (lostDays.length > 0) found.push({ what: 'DAYS', expected: days.map(dayText).join(' '), lacking: lostDays.map(dayText).join(' ') });
  if (tested.hours !== null) {
    const hours = measure.hours ?? [{ from: 0, until: 1_440 }];
    const lost = without(hours, tested.hours);
    if (lost.length > 0) found.push({ what: 'HOURS', expected: hours.map(hoursText).join(', '), lacking: lost.map(hoursText).join(', ') });
  }
  if (tested.windows !== null) {
    const spans = (windows: NonNullable<UseConditions['windows']>) =>
      windows.map(({ from, until }) => ({ from: from.getTime(), until: until.getTime() }));
    const windows = measure.windows ? spans(measure.windows) : [{ from: -Infinity, until: Infinity }];
    const lost = without(windows, spans(tested.windows));
    if (lost.length > 0)
      found.push({ what: 'WINDOWS', expected: windows.map(windowText).join(', '), lacking: lost.map(windowText).join(', ') });
  }
  const lostServices = (measure.services ?? []).filter((service) => !tested.services?.includes(service));
  if (lostServices.length > 0)
    found.push({ what: 'SERVICES', expected: (measure.services ?? []).join(', '), lacking: lostServices.join(', ') });
  return found;
}

interface Span {
  readonly from: number;
  readonly until: number;
}

/** What is left of spans once others are taken away; both may overlap in themselves and come in any order. */
export function without(spans: readonly Span[], taken: readonly Span[]): Span[] {
  let left = [...spans];
  for (const { from, until } of taken) {
    left = left.flatMap((span) => [
      ...(span.from < Math.min(span.until, from) ? [{ from: span.from, until: Math.min(span.until, from) }] : []),
      ...(Math.max(span.from, until) < span.until ? [{ from: Math.max(span.from, until), until: span.until }] : []),
    ]);
  }
  return left.sort((a, b) => a.from - b.from);
}

const dayText = (day: number): string => ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'][day - 1] ?? String(day);
export const clockText = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const hoursText = ({ from, until }: Span): string => `${clockText(from)}-${clockText(until)}`;
const instantText = (ms: number): string => (Number.isFinite(ms) ? new Date(ms).toISOString() : 'any time');
const windowText = ({ from, until }: Span): string => `${instantText(from)}/${instantText(until)}`;
