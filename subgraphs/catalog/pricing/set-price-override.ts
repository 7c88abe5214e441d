import { v7 as uuid } from 'uuid';
import { mustActFor } from '../../kernel/acting-for.js';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { brokenClaims, type ClaimRefusal, specialFor } from '../campaigns/kept-claims.js';
import { addVersion } from './override-version.js';

/** A point price for a time. `from` null: at once. */
export interface OverrideWish {
  readonly item: string;
  readonly points: bigint;
  readonly from: Date | null;
  readonly until: Date;
  readonly reason: string;
}

export type OverrideOutcome =
  | { readonly kind: 'set'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: 'OVERLAPPING_OVERRIDE'; readonly from: Date; readonly until: Date }
  | ClaimRefusal;

/**
 * Sets another point price from an instant on and before another one. What was is never rewritten: a beginning in the past means now. Two
 * special prices of one item never overlap.
 */
export async function setPriceOverride(context: Context, key: WriteKey, wish: OverrideWish): Promise<Once<OverrideOutcome>> {
  const item = await context.loaders.item.load(wish.item);
  if (!item) throw badInput('There is no such item', { argument: 'item' });
  mustActFor(context.viewer, 'pricing.write', item.ownerId);
  if (wish.points < 1n) throw badInput('A price is at least 1 point', { argument: 'points' });
  if (wish.reason.trim() === '') throw badInput('A special price has a reason', { argument: 'reason' });
  return once<OverrideOutcome>(context.em, key, wish, async (tx) => {
    await rows(tx, 'select 1 as locked from shelf where item = ? for update', [wish.item]);
    const at = await now(tx);
    const from = wish.from === null || wish.from < at ? at : wish.from;
    if (wish.until <= from) throw badInput('A special price ends after it begins and after now', { argument: 'until' });
    const [other] = await rows<{ starts_at: string; ends_at: string }>(
      tx,
      'select starts_at, ends_at from price_override where item = ? and starts_at < ? and ends_at > ? order by starts_at limit 1',
      [wish.item, wish.until, from],
    );
    if (other) return { kind: 'refused', code: 'OVERLAPPING_OVERRIDE', from: new Date(other.starts_at), until: new Date(other.ends_at) };
    const { points, reason } = wish;
    const broken = await brokenClaims(tx, wish.item, specialFor(points, from, wish.until));
    if (broken) return broken;
    const id = uuid();
    const version = await addVersion(tx, wish.item, 'OVERRIDE', { points, reason, author: key.principal });
    await rows(
      tx,
      'insert into price_override (id, item, version, points, starts_at, ends_at, reason, author) values (?, ?, ?, ?, ?, ?, ?, ?)',
      [id, wish.item, version, points, from, wish.until, reason, key.principal],
    );
    await auditChange(tx, key, { partner: item.ownerId, before: { points: item.pricePoints }, after: { ...wish, from, version } });
    return { kind: 'set', id };
  });
}
