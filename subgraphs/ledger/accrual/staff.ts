import { mustActFor } from '../../kernel/acting-for.js';
import { badInput, DomainError } from '../../kernel/errors.js';
import type { Context } from '../context.js';

/** Refuses whoever is no person of the operator or of the programme's issuer. */
export async function mustBeStaffFor({ viewer, loaders }: Context, scope: string, programmeId: string): Promise<void> {
  if (viewer.kind !== 'staff') throw new DomainError('FORBIDDEN_OPERATION', 'Only staff write and publish rules');
  const programme = await loaders.programme.load(programmeId);
  if (!programme) throw badInput('There is no such programme', { argument: 'programme' });
  mustActFor(viewer, scope, programme.issuerId);
}
