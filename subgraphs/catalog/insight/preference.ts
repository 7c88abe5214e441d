import type { Language } from '../../../schema/viewer.js';
import { allocate } from '../../kernel/rational.js';
import { say } from '../../kernel/text.js';
import { hiddenBelow, type Group } from './floor.js';

/** How often a member redeemed something of a category. */
export interface Choice {
  readonly member: string;
  readonly category: string;
  readonly redemptions: number;
}

export type Advice = 'ADD' | 'KEEP' | 'DROP';

/** A category with its figures, or with none where the group is not shown. */
export interface CategoryShare {
  readonly category: string;
  readonly shown: { readonly redemptions: number; readonly shareBasisPoints: number; readonly advice: Advice } | null;
}

/**
 * Pure: what the members that count chose, of the categories on offer, the most wanted first and what is not shown last. Shares are of
 * what is shown alone, so that nothing about the rest follows from them; above an even share there may be more of it, below it less.
 */
export function preferenceOf(
  floor: number,
  offered: readonly string[],
  counted: ReadonlySet<string>,
  choices: readonly Choice[],
): CategoryShare[] {
  const groups = offered.map((category): Group => {
    const own = choices.filter((choice) => choice.category === category && counted.has(choice.member));
    return { category, members: new Set(own.map(({ member }) => member)), redemptions: own.reduce((sum, one) => sum + one.redemptions, 0) };
  });
  const hidden = hiddenBelow(floor, groups);
  const shown = groups
    .filter(({ category }) => !hidden.has(category))
    .toSorted((one, other) => other.redemptions - one.redemptions || (one.category < other.category ? -1 : 1));
  const shares = allocate(
    10_000n,
    shown.map(({ redemptions }) => BigInt(redemptions)),
  );
  const total = shown.reduce((sum, { redemptions }) => sum + redemptions, 0);
  return [
    ...shown.map(({ category, redemptions }, at) => ({
      category,
      shown: { redemptions, shareBasisPoints: Number(shares[at]), advice: adviceOf(redemptions * shown.length, total) },
    })),
    ...[...hidden].toSorted().map((category) => ({ category, shown: null })),
  ];
}

const adviceOf = (evenly: number, total: number): Advice => (evenly > total ? 'ADD' : evenly < total ? 'DROP' : 'KEEP');

/** What to add and what to drop in a sentence; null where nothing is above or below the rest. */
export function suggestionOf(language: Language, categories: readonly CategoryShare[]): string | null {
  const named = (advice: Advice): string[] =>
    categories.flatMap(({ category, shown }) =>
      shown?.advice === advice ? [`${category} (${(shown.shareBasisPoints / 100).toFixed(2)}%)`] : [],
    );
  const [add, drop] = [named('ADD'), named('DROP')];
  if (add.length === 0 || drop.length === 0) return null;
  return say(
    language,
    `多上：${add.join('、')}；少上：${drop.join('、')}`,
    `Add more of ${add.join(', ')}; drop some of ${drop.join(', ')}`,
  );
}
