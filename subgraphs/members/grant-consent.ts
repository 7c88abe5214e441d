import { v7 as uuid } from 'uuid';
import { now } from '../kernel/clock.js';
import { badInput } from '../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../kernel/idempotency.js';
import { Consent } from './consent.entity.js';
import { type ConsentClass, needsGuardian, type Purpose } from './consents.js';
import type { Context } from './context.js';

export interface Granting {
  readonly memberUid: string;
  readonly recipient: string;
  readonly purpose: Purpose;
  readonly classes: readonly ConsentClass[];
  readonly until: Date | null;
  readonly guardian: boolean;
}

export type GrantOutcome =
  | { readonly kind: 'granted'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: 'GUARDIAN_REQUIRED' };

/** Records a consent from now on; what concerns a child's data is refused unless the guardian gives it as such. */
export async function grantConsent(context: Context, key: WriteKey, granting: Granting): Promise<Once<GrantOutcome>> {
  const { memberUid, recipient, purpose, until, guardian } = granting;
  const classes = [...new Set(granting.classes)].toSorted();
  if (classes.length === 0) throw badInput('Name at least one class', { argument: 'classes' });
  await mustBePartner(context, recipient);
  return once<GrantOutcome>(context.em, key, { ...granting, classes }, async (tx) => {
    const from = await now(tx);
    if (until !== null && until <= from) throw badInput('`until` lies in the past', { argument: 'until' });
    if (needsGuardian(purpose) && !guardian) return { kind: 'refused', code: 'GUARDIAN_REQUIRED' };
    const id = uuid();
    tx.create(Consent, { id, memberUid, recipient, purpose, classes, from, until, withdrawnAt: null, guardian });
    await auditChange(tx, key, { before: null, after: { consent: id, inForce: true } });
    return { kind: 'granted', id };
  });
}

/** Consent to nobody would look like consent and open nothing. Who is a partner, the ledger knows. */
async function mustBePartner({ peers, viewer }: Context, recipient: string): Promise<void> {
  const ask = 'query ($id: ID!) { partnerTerms(id: $id) { id } }';
  const { partnerTerms } = await peers.ask<{ partnerTerms: object | null }>('ledger', ask, { id: recipient }, viewer);
  if (!partnerTerms) throw badInput('There is no such partner', { argument: 'recipient' });
}
