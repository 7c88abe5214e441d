import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';

export interface Wish {
  readonly memberUid: string;
  readonly partner: string;
  readonly allowed: boolean;
}

/** Whether a partner may decide about the member without a person; the next decision knows it. */
export function setAutomatedDecisions({ em }: Context, key: WriteKey, wish: Wish): Promise<Once<{ readonly kind: 'set' }>> {
  return once(em, key, wish, async (tx) => {
    const { memberUid, partner, allowed } = wish;
    if (allowed) await rows(tx, 'delete from decision_opt_out where member_uid = ? and partner = ?', [memberUid, partner]);
    else
      await rows(tx, 'insert into decision_opt_out (member_uid, partner, at) values (?, ?, clock()) on conflict do nothing', [
        memberUid,
        partner,
      ]);
    return { kind: 'set' as const };
  });
}
