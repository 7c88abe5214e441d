import { decodeJwt } from 'jose';
import { CommandError } from '../client/command.js';
import { dataFolder } from '../../schema/data-folder.js';
import { partnerNamed } from '../sandbox/demo-partners.js';
import { partnerIdentity } from '../sandbox/identities.js';
import { sandboxIssuer } from '../sandbox/issuer.js';

/** Long, because a long file takes its time. */
const ttlSeconds = 43_200;

/** The token to import with and the partner that it stands for: the one given, or one of the sandbox for the partner that is named. */
export async function callerOf(given: string | undefined, named: string | undefined): Promise<{ token: string; partner: string }> {
  const wanted = named === undefined ? undefined : (partnerNamed(named) ?? named);
  if (given === undefined && wanted === undefined)
    throw new CommandError('Say who imports: --partner telecom in the sandbox, else --token or the variable TONGDUI_TOKEN');
  const token = given ?? (await (await sandboxIssuer(dataFolder())).issue(partnerIdentity(wanted ?? '', ttlSeconds)));
  const partner = partnerOf(token);
  if (partner === null) throw new CommandError("The token is not a partner's: only a partner imports its own purchases");
  if (wanted !== undefined && wanted !== partner) throw new CommandError(`The token stands for ${partner}, not for ${wanted}`);
  return { token, partner };
}

function partnerOf(token: string): string | null {
  try {
    const { partner } = decodeJwt(token);
    return typeof partner === 'string' ? partner : null;
  } catch {
    return null;
  }
}
