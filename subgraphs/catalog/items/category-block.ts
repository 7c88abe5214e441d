import { mustBeOperator } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { firstTime } from '../first-time.js';
import { acceptorTerms } from '../ledger-port.js';
import { categoriesBlockedFor } from './read-blocks.js';

/** Says which categories an issuer's points may not pay from now on, instead of those said before. Only the operator's staff. */
export async function setBlockedCategories(
  context: Context,
  key: WriteKey,
  wish: { readonly issuer: string; readonly categories: readonly string[] },
): Promise<Once<{ readonly kind: 'set' }>> {
  mustBeOperator(context.viewer);
  const categories = [...new Set(wish.categories.map((category) => category.trim()))];
  if (categories.length > 200 || categories.some((category) => category === '' || category.length > 100))
    throw badInput('Name at most 200 categories of at most 100 characters', { argument: 'categories' });
  const asked = await firstTime(context.em, key, async () => (await acceptorTerms(context, wish.issuer, [])).terms !== null);
  return once<{ kind: 'set' }>(context.em, key, wish, async (tx) => {
    if (!(await asked())) throw badInput('There is no such partner', { argument: 'issuer' });
    await rows(tx, 'select pg_advisory_xact_lock(hashtext(?))', [`blocks ${wish.issuer}`]);
    const before = await categoriesBlockedFor(tx, wish.issuer);
    await rows(tx, 'delete from category_block where issuer = ?', [wish.issuer]);
    await rows(tx, 'insert into category_block (issuer, category) select ?, unnest(?::text[])', [wish.issuer, categories]);
    await auditChange(tx, key, { partner: wish.issuer, before, after: categories });
    return { kind: 'set' };
  });
}
