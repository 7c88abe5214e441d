import { sumOf } from '../../../kernel/rational.js';
import { isInForceWithin, type Rule } from '../rules.js';
import { openings } from '../seller.js';

/**
 * Points that other published rules of a programme give for the opening of an account at some time of a draft, which all count for one opening.
 * Versions of one name follow each other: the most that one of them gives is what the name gives.
 */
export function openingPointsBeside(draft: Rule, published: readonly Rule[], at: Date): bigint {
  const from = draft.validFrom ?? at;
  const others = published.filter(
    (rule) =>
      rule.name !== draft.name &&
      rule.kind === 'EVENT' &&
      openings.has(rule.event ?? '') &&
      isInForceWithin(rule, published, from, draft.validUntil),
  );
  const byName = new Map<string, bigint>();
  for (const { name, eventPoints } of others) {
    const most = byName.get(name) ?? 0n;
    byName.set(name, (eventPoints ?? 0n) > most ? (eventPoints ?? 0n) : most);
  }
  return sumOf([...byName.values()]);
}
