import { v7 as uuid } from 'uuid';
import { mustActFor } from '../../kernel/acting-for.js';
import { addMs, now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { settings } from '../settings.js';
import { dropProblem, type DropTerms } from './allocation.js';
import { Drop } from './drop.entity.js';

export interface DropWish extends Omit<DropTerms, 'closesAt'> {
  readonly item: string;
  readonly closesAt: Date | null;
}

export type CreateDropOutcome =
  | { readonly kind: 'created'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: 'ITEM_IN_DROP' };

/** Puts pieces of an item up to be claimed. Until it closes, the item is not to be had in any other way. */
export async function createDrop(context: Context, key: WriteKey, wish: DropWish): Promise<Once<CreateDropOutcome>> {
  const item = await context.loaders.item.load(wish.item);
  if (!item) throw badInput('There is no such item', { argument: 'item' });
  mustActFor(context.viewer, 'catalog.write', item.ownerId);
  const terms: DropTerms = {
    stock: wish.stock,
    opensAt: wish.opensAt,
    closesAt: wish.closesAt ?? addMs(wish.opensAt, settings.dropLifeMs),
    priorityOpensAt: wish.priorityQuota === 0 ? null : (wish.priorityOpensAt ?? addMs(wish.opensAt, -settings.priorityMs)),
    priorityQuota: wish.priorityQuota,
    perMember: wish.perMember,
  };
  const problem = dropProblem(terms);
  if (problem !== null) throw badInput(problem);
  return once<CreateDropOutcome>(context.em, key, wish, async (tx) => {
    const [shelf] = await rows<{ remaining: number | null }>(tx, 'select remaining from shelf where item = ? for update', [wish.item]);
    if (terms.closesAt <= (await now(tx))) throw badInput('A drop closes in the future', { argument: 'closesAt' });
    const [open] = await rows(tx, 'select 1 as open from item_drop where item = ? and closes_at > clock()', [wish.item]);
    if (open) return { kind: 'refused', code: 'ITEM_IN_DROP' };
    const remaining = shelf?.remaining ?? null;
    if (remaining !== null && remaining < terms.stock) throw badInput('Fewer pieces are left than the drop has', { argument: 'stock' });
    const id = uuid();
    tx.create(Drop, { id, itemId: wish.item, ownerId: item.ownerId, ...terms });
    await auditChange(tx, key, { partner: item.ownerId, before: null, after: { drop: id, item: wish.item, ...terms } });
    return { kind: 'created', id };
  });
}
