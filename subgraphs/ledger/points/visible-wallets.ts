import type { Owner } from '../../../schema/decide.js';
import { DomainError } from '../../kernel/errors.js';
import { timesDown } from '../../kernel/rational.js';
import type { Context } from '../context.js';
import { isAccepted, Programme, valueOf } from '../partners/programme.entity.js';
import type { Wallet } from './wallet.js';

/** A partner, whose view is bounded by what it issues and by consent; null for everybody else, and for another subgraph. */
const boundedTo = ({ partner, via }: Context['viewer']): string | null => (via === undefined ? (partner ?? null) : null);

const isShared = async ({ consents }: Pick<Context, 'consents'>, memberUid: string): Promise<boolean> =>
  (await consents.load(memberUid)).open.includes('SHARED');

/** Wallets that the viewer may see: a partner those of its own programmes, and all where the member agreed to share. */
export async function visibleWallets(context: Context, memberUid: string): Promise<Wallet[]> {
  const { loaders, viewer } = context;
  if (boundedTo(viewer) !== null && (await isShared(context, memberUid))) return loaders.sharedWallets.load(memberUid);
  return loaders.wallets.load(memberUid);
}

/**
 * The wallet of one programme, null where there never were points. Another issuer's asks for the member's consent, whether or not there
 * are points in it; the caller's own does not. `coordinate`: the field that a refusal names.
 */
export async function visibleWallet(context: Context, memberUid: string, programme: string, coordinate: string): Promise<Wallet | null> {
  const { loaders, viewer } = context;
  const named = ({ programmeId }: Wallet): boolean => programmeId === programme;
  const own = (await loaders.wallets.load(memberUid)).find(named);
  const partner = boundedTo(viewer);
  if (own || partner === null) return own ?? null;
  const issuer = (await loaders.programme.load(programme))?.issuerId;
  if (issuer === undefined || issuer === partner) return null;
  if (!(await isShared(context, memberUid)))
    throw new DomainError('CONSENT_REQUIRED', undefined, { coordinate, needs: ['class:SHARED'], has: viewer.scopes });
  return (await loaders.sharedWallets.load(memberUid)).find(named) ?? null;
}

/** What a member could pay with at a partner, in fen, as far as that partner may see: nothing of a closed wallet is in the sum. */
export async function usableAt(context: Context, memberUid: string, partner: string): Promise<bigint> {
  const wallets = await visibleWallets(context, memberUid);
  const programmes = await context.loaders.programme.loadMany(wallets.map(({ programmeId }) => programmeId));
  return programmes.reduce<bigint>((sum, programme, n) => {
    if (!(programme instanceof Programme) || !isAccepted(programme, partner)) return sum;
    return sum + timesDown((wallets[n] as Wallet).available, valueOf(programme));
  }, 0n);
}

/** Whose a wallet or lot is: its member's and its issuer's, and under consent the asking partner's to read. */
export async function sharedOwner(memberUid: string, partners: readonly string[], context: Context): Promise<Owner> {
  const partner = boundedTo(context.viewer);
  if (partner === null || partners.includes(partner) || !(await isShared(context, memberUid))) return { member: memberUid, partners };
  return { member: memberUid, partners: [...partners, partner] };
}
