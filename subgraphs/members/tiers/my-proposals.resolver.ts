import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { connectionOf, decodeIdCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import type { Context } from '../context.js';
import { Me } from '../me.resolver.js';
import { viewOf } from './proposal-view.js';
import { ladderOf } from './set-tiers.js';
import { TierProposal } from './tier.entity.js';
import { TierProposalView } from './tier.types.js';

const TierProposalConnection = connectionOf(TierProposalView, 'TierProposal');

/** What was concluded about the caller is the caller's to read, whatever became of it. */
@Resolver(() => Me)
export class MyTierProposals {
  @FieldResolver(() => TierProposalConnection, {
    nullable: true,
    description: 'Steps up that were proposed for the caller, and why, the latest first; absent where the caller is no member.',
  })
  @Access('OWN', 'me.read')
  async tierProposals(
    @Root() { viewer }: Me,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { em, viewer: { language } }: Context,
  ): Promise<Page<TierProposalView> | null> {
    const { uid } = viewer;
    if (uid === undefined) return null;
    const before = decodeIdCursor(page.after);
    const found = await em.find(
      TierProposal,
      { memberUid: uid, ...(before === undefined ? {} : { id: { $lt: before } }) },
      { orderBy: { id: 'desc' }, limit: pageLimit(page) },
    );
    const partners = [...new Set(found.map(({ partner }) => partner))];
    const ladders = new Map(await Promise.all(partners.map(async (partner) => [partner, await ladderOf(em, partner)] as const)));
    return pageOf(
      found.map((proposal) => viewOf(proposal, ladders.get(proposal.partner) ?? null, language)),
      page,
      ({ id }) => encodeCursor(id),
    );
  }
}
