import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { Partner } from './partner.entity.js';
import { Programme } from './programme.entity.js';

export interface EarnProgrammeOutcome {
  readonly kind: 'set';
  readonly partner: string;
}

/** Says which programme a partner's purchases accrue in where a report names none. */
export function setEarnProgramme(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  input: { readonly partner: string; readonly programme: string },
): Promise<Once<EarnProgrammeOutcome>> {
  return once<EarnProgrammeOutcome>(em, key, input, async (tx) => {
    if (!(await tx.findOne(Programme, { id: input.programme }))) throw badInput('There is no such programme', { argument: 'programme' });
    const [partner] = await rows<{ earn_programme: string | null }>(
      tx,
      'select earn_programme from partner where id = ? for no key update',
      [input.partner],
    );
    if (!partner) throw badInput('There is no such partner', { argument: 'partner' });
    await tx.nativeUpdate(Partner, { id: input.partner }, { earnProgrammeId: input.programme });
    await auditChange(tx, key, {
      partner: input.partner,
      before: { earnProgramme: partner.earn_programme },
      after: { earnProgramme: input.programme },
    });
    return { kind: 'set', partner: input.partner };
  });
}
