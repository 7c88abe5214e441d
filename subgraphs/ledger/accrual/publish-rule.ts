import { badInput } from '../../kernel/errors.js';
import { now } from '../../kernel/clock.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { Programme } from '../partners/programme.entity.js';
import { AccrualRule } from './rule.entity.js';

export type PublishOutcome =
  | { readonly kind: 'published'; readonly rule: string; readonly before: boolean }
  | { readonly kind: 'refused'; readonly code: 'SELF_APPROVAL' };

/** Puts a draft in force. Nobody publishes what they drafted; a rule that is published already stays as it is. */
export function publishRule({ em, viewer }: Pick<Context, 'em' | 'viewer'>, key: WriteKey, rule: string): Promise<Once<PublishOutcome>> {
  return once<PublishOutcome>(em, key, { rule }, async (tx) => {
    const draft = await tx.findOne(AccrualRule, { id: rule });
    if (!draft) throw badInput('There is no such rule', { argument: 'rule' });
    if (draft.draftedBy === viewer.sub) return { kind: 'refused', code: 'SELF_APPROVAL' };
    const at = await now(tx);
    const changed = await change(
      tx,
      `update accrual_rule set published_by = ?, published_at = ?, valid_from = coalesce(valid_from, ?) where id = ? and published_at is null`,
      [viewer.sub, at, at, rule],
    );
    if (changed > 0) {
      const { programmeId: programme, name, version } = draft;
      const { issuerId: partner } = await tx.findOneOrFail(Programme, { id: programme });
      const about = { rule, programme, name, version };
      const validFrom = draft.validFrom ?? at;
      await auditChange(tx, key, { partner, before: { ...about, state: 'DRAFT' }, after: { ...about, state: 'PUBLISHED', validFrom } });
    }
    return { kind: 'published', rule, before: changed === 0 };
  });
}
