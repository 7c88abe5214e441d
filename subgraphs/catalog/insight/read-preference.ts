import type { Context } from '../context.js';
import { insightConsents } from '../members-port.js';
import { countedOf } from './floor.js';
import { type CategoryShare, preferenceOf } from './preference.js';
import { choicesOf, type Month, offeredUntil, stillGrows } from './read-choices.js';

/** What a partner's members chose in a month that is over, or null while it may still grow. */
export async function readPreference(context: Context, partner: string, month: Month): Promise<CategoryShare[] | null> {
  const { em, loaders } = context;
  if ((await loaders.clock()) < month.after || (await stillGrows(em, partner, month))) return null;
  const [{ reportFloorMembers: floor }, offered, choices] = await Promise.all([
    loaders.policy.load(partner),
    offeredUntil(em, partner, month.after),
    choicesOf(em, partner, month),
  ]);
  const { agreed, still } = await insightConsents(context, [...new Set(choices.map(({ member }) => member))], partner, month.after);
  return preferenceOf(floor, offered, countedOf(agreed, still), choices);
}
