import { mustBeOperator } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { decode, encode } from '../../kernel/json.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { firstTime } from '../first-time.js';
import { acceptorTerms } from '../ledger-port.js';
import { type Policy, policyProblem } from './policy.js';
import { everyone } from './read-policy.js';

/** Decides for one partner's catalog, or for all (`owner` null); what the wish leaves out stays as it was. Only the operator's staff. */
export async function setPolicy(
  context: Context,
  key: WriteKey,
  owner: string | null,
  wish: Partial<Policy>,
): Promise<Once<{ readonly kind: 'set' }>> {
  mustBeOperator(context.viewer);
  const problem = policyProblem(wish);
  if (problem) throw badInput(problem[1], { argument: problem[0] });
  const whose = owner ?? everyone;
  const asked = await firstTime(context.em, key, async () => owner === null || (await acceptorTerms(context, owner, [])).terms !== null);
  return once<{ kind: 'set' }>(context.em, key, { owner: whose, ...wish }, async (tx) => {
    if (!(await asked())) throw badInput('There is no such partner', { argument: 'owner' });
    await rows(tx, 'insert into catalog_policy (owner, body) values (?, ?) on conflict (owner) do nothing', [whose, encode({})]);
    const [row] = await rows<{ body: string }>(tx, 'select body from catalog_policy where owner = ? for update', [whose]);
    const before = decode<Partial<Policy>>((row as { body: string }).body);
    const after = { ...before, ...wish };
    await rows(tx, 'update catalog_policy set body = ? where owner = ?', [encode(after), whose]);
    await auditChange(tx, key, { partner: owner ?? 'operator', before, after });
    return { kind: 'set' };
  });
}
