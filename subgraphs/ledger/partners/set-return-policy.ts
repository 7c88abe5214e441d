import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import type { Context } from '../context.js';
import { mustBeSoundPolicy, type NewReturnPolicy } from './create-programme.js';
import { Programme } from './programme.entity.js';

/** What becomes of points when goods come back from now on, whenever they were bought. */
export function setReturnPolicy(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  input: NewReturnPolicy & { readonly programme: string },
): Promise<Once<{ readonly kind: 'set' }>> {
  mustBeSoundPolicy(input);
  return once(em, key, input, async (tx) => {
    const programme = await tx.findOneOrFail(Programme, { id: input.programme });
    const said = ({ returnGraceDays, returnUnrecovered }: Programme): object => ({
      programme: programme.id,
      returnPolicy: { graceDays: returnGraceDays, unrecovered: returnUnrecovered },
    });
    const before = said(programme);
    programme.returnGraceDays = input.graceDays;
    programme.returnUnrecovered = input.unrecovered;
    await auditChange(tx, key, { partner: programme.issuerId, before, after: said(programme) });
    return { kind: 'set' };
  });
}
