import { staffScopes, type StaffRole } from '../../schema/scopes.js';
import { CommandError, defaultUrl, readOptions, wholeNumber } from '../client/command.js';
import { memberNamed, partnerIds, partnerNamed } from './demo-data.js';
import { partnerIdentity, regulatorIdentity, staffIdentity } from './identities.js';
import type { TokenClaims } from './issuer.js';

/** What a token command asks for: claims that are known at once, or a member whose id only the graph knows. */
export type TokenRequest =
  | { readonly kind: 'claims'; readonly claims: TokenClaims }
  | { readonly kind: 'member'; readonly ref: string; readonly url: string; readonly ttlSeconds: number };

export const tokenUsage =
  'npm run token -- --partner telecom | --member M-Yan | --staff admin [--partner automotive] | --regulator [--ttl 3600] [--url …]';

/** Pure: the command's arguments to what they ask for; anything else is one sentence. */
export function tokenRequest(argv: readonly string[], environment: Readonly<Record<string, string | undefined>> = {}): TokenRequest {
  const { values } = readOptions(
    {
      args: [...argv],
      options: {
        partner: { type: 'string' },
        member: { type: 'string' },
        staff: { type: 'string' },
        regulator: { type: 'boolean' },
        ttl: { type: 'string', default: '3600' },
        url: { type: 'string' },
      },
    },
    tokenUsage,
  );
  const ttlSeconds = wholeNumber('ttl', values.ttl, 1, 2_592_000);
  const { staff, member, regulator } = values;
  const whom = [staff, member, regulator, staff === undefined ? values.partner : undefined].filter((value) => value !== undefined);
  if (whom.length !== 1) throw new CommandError(`Say whom the token is for, one at a time. Usage: ${tokenUsage}`);
  if (regulator) return { kind: 'claims', claims: regulatorIdentity(ttlSeconds) };
  if (member !== undefined) return { kind: 'member', ref: memberNamed(member), url: values.url ?? defaultUrl(environment), ttlSeconds };
  const partner = values.partner === undefined ? undefined : knownPartner(values.partner);
  if (staff === undefined) return { kind: 'claims', claims: partnerIdentity(partner ?? '', ttlSeconds) };
  return { kind: 'claims', claims: staffIdentity(knownRole(staff, partner), partner === 'operator' ? undefined : partner, ttlSeconds) };
}

/** Ids of partners that are not in the demo data are taken as they are, as long as they look like one. */
function knownPartner(name: string): string {
  const partner = partnerNamed(name) ?? (/^[a-z][a-z0-9-]{0,49}$/.test(name) ? name : null);
  if (partner === null) throw new CommandError(`There is no partner "${name}"; the demo has ${partnerIds}`);
  return partner;
}

function knownRole(role: string, partner: string | undefined): StaffRole {
  if (!Object.hasOwn(staffScopes, role))
    throw new CommandError(`There is no staff role "${role}"; there are ${Object.keys(staffScopes).join(', ')}`);
  if (role === 'partner-admin' && (partner === undefined || partner === 'operator'))
    throw new CommandError('A partner-admin belongs to a partner: add --partner telecom');
  return role as StaffRole;
}
