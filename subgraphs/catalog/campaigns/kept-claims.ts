import type { EntityManager } from '@mikro-orm/postgresql';
import { now } from '../../kernel/clock.js';
import { rows } from '../../kernel/sql.js';
import { before, closedOf, type Opening } from '../pricing/offers.js';
import { type PriceHistory, priceHistories } from '../pricing/price-history.js';
import { Campaign, textsOf } from './campaign.entity.js';
import { itemNumbers, itemPrices } from './campaign-facts.js';
import { type Mismatch, saidOnce, verdictsOf } from './labels.js';

/** Why a price is refused: what a published campaign says would not be true any more. */
export interface ClaimRefusal {
  readonly kind: 'refused';
  readonly code: 'LABEL_MISMATCH';
  readonly campaign: string;
  readonly mismatches: readonly Mismatch[];
}

/**
 * Holds what published campaigns say of an item against the prices that it would have, under its shelf's lock; null where all of it stays
 * true. What rules give is not asked again: it is published for good, so only what held by the prices and would no longer is looked for.
 */
export async function brokenClaims(
  tx: EntityManager,
  item: string,
  changed: (history: PriceHistory, at: Date) => PriceHistory,
): Promise<ClaimRefusal | null> {
  const at = await now(tx);
  for (const { campaign, until } of await shownOrToCome(tx, item)) {
    const histories = await priceHistories(tx, campaign.body.items);
    const from = campaign.startsAt < at ? at : campaign.startsAt;
    const verdictsAt = (prices: readonly PriceHistory[]): (Mismatch | null)[] =>
      verdictsOf(campaign.body.claims, textsOf(campaign.body), itemNumbers(prices, from, until), itemPrices(prices, from, until));
    const before = verdictsAt(histories);
    const after = verdictsAt(histories.map((history) => (history.item === item ? changed(history, at) : history)));
    // By place and not by text: one text may say what a rule gives, and what a price does.
    const mismatches = saidOnce(after.filter((_, place) => before[place] === null));
    if (mismatches.length > 0) return { kind: 'refused', code: 'LABEL_MISMATCH', campaign: campaign.id, mismatches };
  }
  return null;
}

/** The prices of an item that is saved at another one, and with other times to be had where they are given. */
export const savedAt =
  (points: bigint, opening?: Opening) =>
  (history: PriceHistory, at: Date): PriceHistory => {
    const saved = { from: at, until: null };
    return {
      ...history,
      regular: [...before(history.regular, at), { points, ...saved }],
      closed: opening ? [...before(history.closed, at), ...closedOf(saved, opening)] : history.closed,
    };
  };

/** The prices of an item with one more special price. */
export const specialFor =
  (points: bigint, from: Date, until: Date) =>
  (history: PriceHistory): PriceHistory => ({
    ...history,
    overrides: [...history.overrides, { id: '', version: 0, reason: '', author: '', points, from, until }],
  });

/** Published versions that name the item and are shown now or will be, until they are over or a newer one begins. */
async function shownOrToCome(tx: EntityManager, item: string): Promise<{ campaign: Campaign; until: Date }[]> {
  const shown = await rows<{ id: string; version: number; until: string }>(
    tx,
    `select id, version, until from (
       select id, version, least(ends_at, (select min(starts_at) from campaign newer
         where newer.id = campaign.id and newer.version > campaign.version and newer.published_at is not null)) as until
       from campaign where published_at is not null and ends_at > clock() and strpos(body, ?) > 0) as published
     where until > clock() order by id, version`,
    [JSON.stringify(item)],
  );
  const campaigns = await Promise.all(
    shown.map(async ({ id, version, until }) => ({
      campaign: await tx.findOneOrFail(Campaign, { id, version }, { disableIdentityMap: true }),
      until: new Date(until),
    })),
  );
  return campaigns.filter(({ campaign }) => campaign.body.items.includes(item));
}
