import type { PairwiseIds } from '../../schema/pairwise-id.js';
import { type Ask, codeOf, NoAnswer } from '../client/ask.js';
import { CommandError } from '../client/command.js';
import { memberIdentity, staffIdentity } from './identities.js';
import type { SandboxIssuer } from './issuer.js';

/**
 * A token of the member whom the operator knows as `ref`. Only the graph knows who that is: it tells the operator's staff their id of
 * the member, and the sandbox, which holds the secret of the ids, makes the member's own out of it.
 */
export async function memberToken(
  ask: Ask,
  issuer: Pick<SandboxIssuer, 'issue'>,
  ids: PairwiseIds,
  ref: string,
  ttlSeconds?: number,
): Promise<string> {
  const staff = await issuer.issue(staffIdentity('admin'));
  const { data, errors = [] } = await ask(staff, 'query ($ref: String!) { member(ref: $ref) { id } }', { ref: `operator/${ref}` });
  const member = data?.['member'] as { id: string } | null | undefined;
  if (member) {
    const uid = ids.open(member.id, 'staff');
    if (uid === null) throw new CommandError('The graph that answers is not the sandbox of this data folder: it has other secrets');
    return issuer.issue(memberIdentity(ids.seal(uid, 'member'), ttlSeconds));
  }
  if (errors.some((error) => codeOf(error) === 'UNAUTHENTICATED'))
    throw new CommandError('The graph that answers does not take tokens of the sandbox of this data folder');
  const [error] = errors;
  if (error) throw new CommandError(`The graph did not tell who ${ref} is: ${error.message} (${codeOf(error)})`);
  throw new CommandError(`There is no member ${ref}; npm run seed makes the demo's members`);
}

/** The sentence for a graph that does not answer. */
export const notRunning = (error: unknown): unknown =>
  error instanceof NoAnswer ? new CommandError(`${error.message}: start the graph with npm start, or name another with --url`) : error;
