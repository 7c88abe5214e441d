import type { EntityManager } from '@mikro-orm/postgresql';
import { mustActFor, mustBeOperator } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';

/** Who took an item off the list: its owner, or the members with their complaints. */
export type WithdrawalCause = 'OWNER' | 'COMPLAINTS';

export interface Withdrawal {
  readonly at: Date;
  readonly cause: WithdrawalCause;
  readonly reason: { readonly zh: string; readonly en: string };
}

/** Takes an item off the list, under its shelf's lock; false where it was off already. Quotes that were given, and orders, keep theirs. */
export async function withdraw(
  tx: EntityManager,
  item: string,
  cause: WithdrawalCause,
  reason: { readonly zh: string; readonly en: string },
): Promise<boolean> {
  const left = await change(tx, 'update item_version set current = false where id = ? and current', [item]);
  if (left === 0) return false;
  await change(tx, 'update shelf set withdrawn_at = clock(), withdrawn_for = ?, withdrawn_zh = ?, withdrawn_en = ? where item = ?', [
    cause,
    reason.zh,
    reason.en,
    item,
  ]);
  await change(tx, 'insert into item_withdrawal (item, left_at) values (?, clock())', [item]);
  return true;
}

/** Ends a withdrawal, under the shelf's lock; that there was one stays known. */
export async function endWithdrawal(tx: EntityManager, item: string): Promise<void> {
  await change(tx, 'update shelf set withdrawn_at = null, withdrawn_for = null, withdrawn_zh = null, withdrawn_en = null where item = ?', [
    item,
  ]);
  await change(tx, 'update item_withdrawal set back_at = clock() where item = ? and back_at is null', [item]);
}

export async function withdrawalOf(em: EntityManager, item: string): Promise<(Withdrawal & { readonly owner: string }) | null> {
  const [row] = await rows<{
    owner: string;
    withdrawn_at: string;
    withdrawn_for: WithdrawalCause;
    withdrawn_zh: string;
    withdrawn_en: string;
  }>(em, 'select owner, withdrawn_at, withdrawn_for, withdrawn_zh, withdrawn_en from shelf where item = ? and withdrawn_at is not null', [
    item,
  ]);
  return row
    ? { owner: row.owner, at: new Date(row.withdrawn_at), cause: row.withdrawn_for, reason: { zh: row.withdrawn_zh, en: row.withdrawn_en } }
    : null;
}

/** Takes an item off the list for a reason that members read. Its owner offers it again by saving it. */
export async function withdrawItem(
  context: Context,
  key: WriteKey,
  wish: { readonly item: string; readonly reason: { readonly zh: string; readonly en: string } },
): Promise<Once<{ readonly kind: 'withdrawn' }>> {
  if (wish.reason.zh.trim() === '' || wish.reason.en.trim() === '')
    throw badInput('Say why, in Chinese and in English', { argument: 'reason' });
  return once<{ kind: 'withdrawn' }>(context.em, key, wish, async (tx) => {
    const owner = await lockedOwner(tx, wish.item);
    mustActFor(context.viewer, 'catalog.write', owner);
    if (await withdraw(tx, wish.item, 'OWNER', wish.reason))
      await auditChange(tx, key, { partner: owner, before: { item: wish.item }, after: { withdrawn: wish.item, reason: wish.reason } });
    return { kind: 'withdrawn' };
  });
}

/** Puts an item back on the list as it was last saved, also one that left it for its complaints. Only the operator's staff. */
export async function relistItem(context: Context, key: WriteKey, item: string): Promise<Once<{ readonly kind: 'relisted' }>> {
  mustBeOperator(context.viewer);
  return once<{ kind: 'relisted' }>(context.em, key, { item }, async (tx) => {
    const owner = await lockedOwner(tx, item);
    const before = await withdrawalOf(tx, item);
    if (!before) throw badInput('The item is on the list', { argument: 'item' });
    await change(
      tx,
      `update item_version set current = true
       where id = ? and version = (select max(version) from item_version where id = ? and cause <> 'OVERRIDE')`,
      [item, item],
    );
    await endWithdrawal(tx, item);
    await auditChange(tx, key, { partner: owner, before, after: { relisted: item } });
    return { kind: 'relisted' };
  });
}

async function lockedOwner(tx: EntityManager, item: string): Promise<string> {
  const [shelf] = await rows<{ owner: string }>(tx, 'select owner from shelf where item = ? for update', [item]);
  if (!shelf) throw badInput('There is no such item', { argument: 'item' });
  return shelf.owner;
}
