import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import type { Context } from '../context.js';
import { type Disclosure, disclosed } from './create-programme.js';
import { Programme } from './programme.entity.js';

/** What of a programme may change while it runs: what members are told, and what rules may cost. Absent is left as it is. */
export interface ProgrammeTermsChange {
  readonly programme: string;
  readonly disclosure?: Disclosure | null;
  /** In basis points of sales; -1 takes the guard away. */
  readonly marginGuardBasisPoints?: number | null;
}

export function setProgrammeTerms(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  input: ProgrammeTermsChange,
): Promise<Once<{ readonly kind: 'set' }>> {
  const { marginGuardBasisPoints: guard } = input;
  if (guard !== undefined && guard !== null && (guard < -1 || guard > 10_000))
    throw badInput('`marginGuardBasisPoints` is 0 to 10000, or -1 for none', { argument: 'marginGuardBasisPoints' });
  return once(em, key, input, async (tx) => {
    const programme = await tx.findOneOrFail(Programme, { id: input.programme });
    const said = ({ disclosure, marginGuardBasisPoints }: Programme): object => ({
      programme: programme.id,
      disclosure,
      marginGuardBasisPoints,
    });
    const before = said(programme);
    if (input.disclosure) programme.disclosure = disclosed(input.disclosure);
    if (guard !== undefined && guard !== null) programme.marginGuardBasisPoints = guard === -1 ? null : guard;
    await auditChange(tx, key, { partner: programme.issuerId, before, after: said(programme) });
    return { kind: 'set' };
  });
}
