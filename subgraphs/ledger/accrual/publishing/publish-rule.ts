import { badInput } from '../../../kernel/errors.js';
import { now } from '../../../kernel/clock.js';
import { auditChange, once, type Once, type WriteKey } from '../../../kernel/idempotency.js';
import { change, rows } from '../../../kernel/sql.js';
import type { Context } from '../../context.js';
import { Partner } from '../../partners/partner.entity.js';
import { Programme, valueOf } from '../../partners/programme.entity.js';
import { openingCap } from './gate-settings.js';
import { openingPointsBeside } from './opening-bonus.js';
import { gateOf, type GateRefusal } from './publish-gate.js';
import { AccrualRule } from '../rule.entity.js';
import { lint } from './rule-lint.js';
import { pendingOf } from '../rules.js';

export type PublishOutcome =
  | { readonly kind: 'published'; readonly rule: string; readonly before: boolean }
  | { readonly kind: 'refused'; readonly code: 'SELF_APPROVAL' }
  | GateRefusal;

/**
 * Puts a draft in force. Nobody publishes what they drafted; a rule that is published already stays as it is. The gates hold for everyone,
 * and are asked again here: what bounds a draft may have changed since it was written.
 */
export function publishRule({ em, viewer }: Pick<Context, 'em' | 'viewer'>, key: WriteKey, rule: string): Promise<Once<PublishOutcome>> {
  return once<PublishOutcome>(em, key, { rule }, async (tx) => {
    const draft = await tx.findOne(AccrualRule, { id: rule });
    if (!draft) throw badInput('There is no such rule', { argument: 'rule' });
    if (draft.draftedBy === viewer.sub) return { kind: 'refused', code: 'SELF_APPROVAL' };
    if (draft.publishedAt !== null) return { kind: 'published', rule, before: true };
    const { programmeId: id, name, version } = draft;
    // The programme's row is the lock that puts two publications of one name in order.
    await rows(tx, 'select 1 from programme where id = ? for no key update', [id]);
    const programme = await tx.findOneOrFail(Programme, { id }, { refresh: true });
    const { trade } = await tx.findOneOrFail(Partner, { id: programme.issuerId });
    const at = await now(tx);
    const published = await tx.find(AccrualRule, { programmeId: id, publishedAt: { $ne: null } });
    if (published.some((other) => other.id === rule)) return { kind: 'published', rule, before: true };
    const rate = draft.ratePoints === null || draft.rateFen === null ? null : { points: draft.ratePoints, fen: draft.rateFen };
    const problems = lint(
      { ...draft, rate, pending: pendingOf(draft) },
      trade,
      await openingCap(tx),
      openingPointsBeside(draft, published, at),
    );
    const refusal = gateOf(draft, published, { ...programme, value: valueOf(programme) }, at, problems);
    if (refusal) return refusal;
    const changed = await change(
      tx,
      `update accrual_rule set published_by = ?, published_at = ?, valid_from = coalesce(valid_from, ?) where id = ? and published_at is null`,
      [viewer.sub, at, at, rule],
    );
    if (changed > 0) {
      const about = { rule, programme: id, name, version };
      const validFrom = draft.validFrom ?? at;
      await auditChange(tx, key, {
        partner: programme.issuerId,
        before: { ...about, state: 'DRAFT' },
        after: { ...about, state: 'PUBLISHED', validFrom },
      });
    }
    return { kind: 'published', rule, before: changed === 0 };
  });
}
