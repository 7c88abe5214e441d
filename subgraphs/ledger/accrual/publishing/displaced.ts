import { inForce, isInForceWithin, type Rule, weightOf } from '../rules.js';

const conditions = ['category', 'certificate', 'cardProduct', 'event', 'tier'] as const;

/**
 * Running rules of other names whose place a BASE draft takes at once, or for purchases of the past that are reported late: more specific, it
 * alone counts where both fit. Beside rules that are as specific as it is, or more, it gives points on top of theirs or of none, and takes
 * nobody's. A version with the conditions of the one that it replaces takes no place that was not taken.
 */
export function displacedBy(draft: Rule, published: readonly Rule[], at: Date): Rule[] {
  const from = draft.validFrom ?? at;
  if (draft.kind !== 'BASE' || from > at) return [];
  const before = inForce(published, at).find(({ name }) => name === draft.name);
  const isAlike =
    before?.kind === 'BASE' &&
    conditions.every((condition) => before[condition] === draft[condition]) &&
    (draft.certificateRegistered || !before.certificateRegistered);
  if (isAlike) return [];
  const soon = new Date(at.getTime() + 1);
  const until = draft.validUntil !== null && draft.validUntil < soon ? draft.validUntil : soon;
  return published.filter(
    (running) =>
      running.kind === 'BASE' &&
      running.name !== draft.name &&
      weightOf(draft) > weightOf(running) &&
      conditions.every(
        (condition) => running[condition] === null || draft[condition] === null || running[condition] === draft[condition],
      ) &&
      isInForceWithin(running, published, from, until),
  );
}
