import { dayMs } from '../../kernel/clock.js';

/** Days before the expiry of a lot at which its member is reminded, where the programme says nothing else. */
export const defaultSteps: readonly number[] = [30, 7, 1];

/**
 * The step that is due for a lot at an instant, or null: the nearest one to the expiry that has begun. A late job so says what is still
 * true ("within 7 days"), and the steps that it missed are not made up for. Days are of 24 hours; an expired lot has none.
 */
export function stepDue(expiresAt: Date, at: Date, steps: readonly number[]): number | null {
  const left = expiresAt.getTime() - at.getTime();
  if (left <= 0) return null;
  const begun = steps.filter((days) => left <= days * dayMs);
  return begun.length === 0 ? null : Math.min(...begun);
}
