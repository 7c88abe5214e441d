import type { EntityManager } from '@mikro-orm/postgresql';
import { secondMs } from '../../kernel/clock.js';
import { rows } from '../../kernel/sql.js';
import type { Policy } from '../policies/policy.js';
import { everyone, policiesOf } from '../policies/read-policy.js';
import { closedOf, type PriceSpan, type Span, spansOf } from './offers.js';

/** A special price of an item, as it was set. */
export interface PriceOverride extends PriceSpan {
  readonly id: string;
  readonly version: number;
  readonly until: Date;
  readonly reason: string;
  readonly author: string;
}

/**
 * Everything that an item ever cost or is going to cost, and when nobody could have it: not open, or off the list. `lookBackMs`: of which
 * age a price of before has to be, as its owner's policy says.
 */
export interface PriceHistory {
  readonly item: string;
  readonly regular: readonly PriceSpan[];
  readonly closed: readonly Span[];
  readonly overrides: readonly PriceOverride[];
  readonly lookBackMs: number;
}

/** Histories of items, in no particular order. */
export async function priceHistories(em: EntityManager, items: readonly string[]): Promise<PriceHistory[]> {
  const saved = await rows<{
    id: string;
    owner: string;
    points: string;
    saved_at: string;
    opens_at: string | null;
    closes_at: string | null;
  }>(
    em,
    `select id, owner_id as owner, price_points as points, saved_at, opens_at, closes_at from item_version where id = any(?::text[]) and cause <> 'OVERRIDE' order by id, version`,
    [items],
  );
  const overrides = await rows<{
    id: string;
    item: string;
    version: number;
    points: string;
    starts_at: string;
    ends_at: string;
    reason: string;
    author: string;
  }>(
    em,
    `select id, item, version, points, starts_at, ends_at, reason, author from price_override where item = any(?::text[]) order by starts_at`,
    [items],
  );
  const withdrawn = await rows<{ item: string; left_at: string; back_at: string | null }>(
    em,
    'select item, left_at, back_at from item_withdrawal where item = any(?::text[])',
    [items],
  );
  const policies = await policiesOf(
    em,
    items.map((item) => saved.find(({ id }) => id === item)?.owner ?? everyone),
  );
  return items.map((item, index) => {
    const versions = saved.filter(({ id }) => id === item);
    const regular = spansOf(versions.map(({ points, saved_at }) => ({ points: BigInt(points), savedAt: new Date(saved_at) })));
    return {
      item,
      regular,
      closed: [
        ...versions.flatMap(({ opens_at, closes_at }, place) =>
          closedOf(regular[place] as PriceSpan, { opensAt: instant(opens_at), closesAt: instant(closes_at) }),
        ),
        ...withdrawn
          .filter((row) => row.item === item)
          .map(({ left_at, back_at }) => ({ from: new Date(left_at), until: instant(back_at) })),
      ],
      overrides: overrides
        .filter((row) => row.item === item)
        .map(({ id, version, points, starts_at, ends_at, reason, author }) => ({
          id,
          version,
          reason,
          author,
          points: BigInt(points),
          from: new Date(starts_at),
          until: new Date(ends_at),
        })),
      lookBackMs: (policies[index] as Policy).referenceLookBackSeconds * secondMs,
    };
  });
}

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));
