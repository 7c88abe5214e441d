import { Args, Ctx, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import { principalOf, type Viewer } from '../../schema/viewer.js';
import { Access, Inaccessible, Key, Scopes } from '../kernel/access.js';
import { connectionOf, decodeIdCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../kernel/page.js';
import type { Context } from './context.js';
import { Redemption } from './redemption/redemption.entity.js';

const RedemptionConnection = connectionOf(Redemption, 'Redemption');

/** The caller, owned by members; the catalog adds what the caller has redeemed. */
@ObjectType({ description: 'The caller: who the token stands for and what belongs to that person or partner.' })
@Key('principal')
@Access('OWN')
export class Me {
  @Field(() => ID, { description: 'Key between subgraphs.' }) @Inaccessible() principal!: string;
}

@Resolver(() => Me)
export class MeResolver {
  @FieldResolver(() => RedemptionConnection, { nullable: true, description: "The member's redemptions, the latest first." })
  @Scopes('me.read')
  async redemptions(
    @Root() _me: Me,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { em, viewer }: Context,
  ): Promise<Page<Redemption> | null> {
    if (viewer.uid === undefined) return null;
    const before = decodeIdCursor(page.after);
    // A hold that nobody captured is no redemption.
    const where = { memberUid: viewer.uid, waiting: false, ...(before === undefined ? {} : { id: { $lt: before } }) };
    const found = await em.find(Redemption, where, { orderBy: { id: 'desc' }, limit: pageLimit(page), disableIdentityMap: true });
    return pageOf(found, page, (redemption) => encodeCursor(redemption.id));
  }
}

export const references = {
  /** Only the caller itself is ever `Me`; somebody else's key is nothing. */
  Me: ({ principal }: { principal: string }, { viewer }: Context): Me | null =>
    principal === principalOf(viewer) ? Object.assign(new Me(), { principal }) : null,
};

/** A record that is by construction the caller's own. */
export const ownerOfMe = (_me: Me, { viewer }: { viewer: Viewer }): { member: string | undefined; partners: string[] } => ({
  member: viewer.uid,
  partners: viewer.partner === undefined ? [] : [viewer.partner],
});
