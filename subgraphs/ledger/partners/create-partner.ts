import type { Trade } from '../../../schema/roster.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import type { Text } from '../../kernel/text.js';
import type { Context } from '../context.js';
import { type FeeBearer, Partner } from './partner.entity.js';
import { Programme } from './programme.entity.js';

export interface NewPartner {
  readonly id: string;
  readonly name: Text;
  readonly trade?: Trade | null;
  readonly earnProgramme?: string | null;
  readonly feeBasisPoints: number;
  readonly feeBorneBy: FeeBearer;
}

export type CreatePartnerOutcome =
  | { readonly kind: 'created'; readonly partner: string }
  | { readonly kind: 'refused'; readonly code: 'PARTNER_EXISTS' };

const slug = /^[a-z][a-z0-9-]{0,39}$/;

/** Adds a partner to the coalition; an id that is taken is refused. */
export function createPartner({ em }: Pick<Context, 'em'>, key: WriteKey, input: NewPartner): Promise<Once<CreatePartnerOutcome>> {
  if (!slug.test(input.id)) throw badInput('A partner id is 1 to 40 of a–z, 0–9 and -, and starts with a letter', { argument: 'id' });
  if (input.feeBasisPoints < 0 || input.feeBasisPoints > 10_000)
    throw badInput('`feeBasisPoints` is 0 to 10000', { argument: 'feeBasisPoints' });
  return once<CreatePartnerOutcome>(em, key, input, async (tx) => {
    if (await tx.findOne(Partner, { id: input.id })) return { kind: 'refused', code: 'PARTNER_EXISTS' };
    if (input.earnProgramme && !(await tx.findOne(Programme, { id: input.earnProgramme })))
      throw badInput('There is no such programme', { argument: 'earnProgramme' });
    const { id, name, trade = null, earnProgramme = null, feeBasisPoints, feeBorneBy } = input;
    await tx.insert(Partner, {
      id,
      name: { zh: name.zh, en: name.en },
      trade,
      earnProgrammeId: earnProgramme,
      feeBasisPoints,
      feeBorneBy,
      suspended: false,
    });
    await auditChange(tx, key, { partner: id, before: null, after: { id, name, trade, earnProgramme, feeBasisPoints, feeBorneBy } });
    return { kind: 'created', partner: id };
  });
}
