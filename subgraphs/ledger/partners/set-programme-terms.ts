import type { EntityManager } from '@mikro-orm/postgresql';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import { undisclosed } from '../accrual/publishing/publish-gate.js';
import { AccrualRule } from '../accrual/rule.entity.js';
import { inForce, notBegun } from '../accrual/rules.js';
import type { Context } from '../context.js';
import { type Disclosure, disclosed } from './create-programme.js';
import { Programme } from './programme.entity.js';

/** What of a programme may change while it runs: what members are told, and what rules may cost. Absent is left as it is, part by part. */
export interface ProgrammeTermsChange {
  readonly programme: string;
  readonly disclosure?: Disclosure | null;
  /** In basis points of sales; -1 takes the guard away. */
  readonly marginGuardBasisPoints?: number | null;
}

export type SetTermsOutcome =
  | { readonly kind: 'set' }
  | { readonly kind: 'refused'; readonly code: 'DISCLOSURE_MISSING'; readonly missing: readonly string[] };

/** Sets what is named. What members have to be told of miles stays disclosed as long as they are earned. */
export function setProgrammeTerms({ em }: Pick<Context, 'em'>, key: WriteKey, input: ProgrammeTermsChange): Promise<Once<SetTermsOutcome>> {
  const { marginGuardBasisPoints: guard } = input;
  if (guard !== undefined && guard !== null && (guard < -1 || guard > 10_000))
    throw badInput('`marginGuardBasisPoints` is 0 to 10000, or -1 for none', { argument: 'marginGuardBasisPoints' });
  return once<SetTermsOutcome>(em, key, input, async (tx) => {
    // The programme's row is the lock that a publication takes too: a rule is published before its disclosure is taken back, or not at all.
    await rows(tx, 'select 1 from programme where id = ? for no key update', [input.programme]);
    const programme = await tx.findOneOrFail(Programme, { id: input.programme }, { refresh: true });
    const said = ({ disclosure, marginGuardBasisPoints }: Programme): object => ({
      programme: programme.id,
      disclosure,
      marginGuardBasisPoints,
    });
    const before = said(programme);
    if (input.disclosure) {
      const disclosure = disclosed({ ...programme.disclosure, ...given(input.disclosure) });
      const missing = undisclosed({ kind: programme.kind, disclosure });
      if (missing.length > 0 && (await isEarned(tx, programme.id))) return { kind: 'refused', code: 'DISCLOSURE_MISSING', missing };
      programme.disclosure = disclosure;
    }
    if (guard !== undefined && guard !== null) programme.marginGuardBasisPoints = guard === -1 ? null : guard;
    await auditChange(tx, key, { partner: programme.issuerId, before, after: said(programme) });
    return { kind: 'set' };
  });
}

/** The parts that are named, an empty one among them. */
const given = (disclosure: Disclosure): Disclosure =>
  Object.fromEntries(Object.entries(disclosure).filter(([, part]) => part !== null && part !== undefined));

/** Whether purchases earn by a published rule, or will. */
async function isEarned(tx: EntityManager, programmeId: string): Promise<boolean> {
  const published = await tx.find(AccrualRule, { programmeId, publishedAt: { $ne: null } });
  const at = await now(tx);
  return inForce(published, at).length > 0 || notBegun(published, at).length > 0;
}
