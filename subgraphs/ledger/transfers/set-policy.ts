import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { type ProgrammePolicy, readPolicies } from './read-policies.js';

export interface PolicySet {
  readonly kind: 'set';
  readonly programme: string;
}

/** Says whether and how far points of a programme may go from member to member, from now on. */
export function setTransferPolicy(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  policy: ProgrammePolicy,
  issuer: string,
): Promise<Once<PolicySet>> {
  const { programme, allowed, periodDays, sentPoints, receivedPoints, senders } = policy;
  if (periodDays < 1 || periodDays > 366) throw badInput('`periodDays` is 1 to 366', { argument: 'policy.periodDays' });
  if (sentPoints < 1n) throw badInput('`sentPoints` is at least 1', { argument: 'policy.sentPoints' });
  if (receivedPoints < 1n) throw badInput('`receivedPoints` is at least 1', { argument: 'policy.receivedPoints' });
  if (senders < 1) throw badInput('`senders` is at least 1', { argument: 'policy.senders' });
  return once<PolicySet>(em, key, policy, async (tx) => {
    await rows(tx, 'select 1 from programme where id = ? for no key update', [programme]);
    const [before = null] = await readPolicies(tx, [programme]);
    await rows(
      tx,
      `insert into transfer_policy (programme, allowed, period_days, sent_points, received_points, senders) values (?, ?, ?, ?, ?, ?)
       on conflict (programme) do update set allowed = excluded.allowed, period_days = excluded.period_days,
         sent_points = excluded.sent_points, received_points = excluded.received_points, senders = excluded.senders`,
      [programme, allowed, periodDays, sentPoints, receivedPoints, senders],
    );
    await auditChange(tx, key, { partner: issuer, before, after: policy });
    return { kind: 'set', programme };
  });
}
