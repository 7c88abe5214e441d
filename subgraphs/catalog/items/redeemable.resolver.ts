import { Arg, Args, Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { actingFor } from '../../kernel/acting-for.js';
import { enumOf } from '../../kernel/enum.js';
import { badInput } from '../../kernel/errors.js';
import { connectionOf, type Page, PageArgs } from '../../kernel/page.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import type { Context } from '../context.js';
import { bandsAt, thresholdFor } from '../pricing/credit-threshold.js';
import { Item, ItemPrice, ValuePerPoint } from './item.entity.js';
import { ItemFilter } from './item-input.js';
import { listItems } from './item-list.js';
import { priceOf } from './item.resolver.js';
import { programmeValues, spendableAt, type Terms } from '../ledger-port.js';
import { buyerOf, linesOf } from '../quotes/cart.js';
import { countsOnlyOf } from '../readable-points.js';
import type { CartLine } from '../quotes/split.js';
import { type Redeemable, redeemable } from './redeemable.js';
import { valuePerPoint } from './value-per-point.js';

const RedeemableStateEnum = enumOf<Redeemable['state']>('RedeemableState', 'Whether a member could take an item now.', {
  AVAILABLE: 'Now, with the points at hand.',
  MISSING_POINTS: 'With some more points.',
  SOLD_OUT: 'None is left.',
  CLOSED: 'Not yet or no longer on offer.',
});

@ObjectType({ description: 'An item as it stands for one member.' })
@Access('OWN')
export class RedeemableItem {
  @Field(() => Item, { description: 'The item.' }) item!: Item;
  @Field(() => ItemPrice, { description: 'Its price now, for this member.' }) price!: ItemPrice;
  @Field(() => ValuePerPoint, { description: 'What a point is worth on it.' }) valuePerPoint!: ValuePerPoint;
  @Field(() => RedeemableStateEnum, { description: 'Whether the member could take it now.' }) state!: Redeemable['state'];
  @Field(() => String, { nullable: true, description: 'What is in the way, in the language of the request.' }) reason!: string | null;
  @Field(() => PointsScalar, {
    nullable: true,
    description:
      "How many points of the price are missing. A partner's count leaves out other issuers' points, and is absent for a price in them, unless the member agreed that it reads them (SHARED).",
  })
  missing!: bigint | null;
  @Field(() => Date, { nullable: true, description: 'When the offer opens.' }) opensAt!: Date | null;
  memberUid!: string;
}

const RedeemableConnection = connectionOf(RedeemableItem, 'Redeemable');

@Resolver()
export class RedeemableResolver {
  @Query(() => RedeemableConnection, {
    description: 'What a member could redeem now, and what is missing for the rest. A partner sees its own shop.',
  })
  @Scopes('me.read', 'redeem.quote:own')
  async redeemable(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('memberRef', () => String, { nullable: true, description: 'The member; a member means itself.' }) memberRef: string | null,
    @Arg('filter', () => ItemFilter, { nullable: true, description: 'Which items.' }) filter: ItemFilter | null,
    @Ctx() context: Context,
  ): Promise<Page<RedeemableItem>> {
    const { viewer, em, loaders } = context;
    const memberUid = await buyerOf(context, memberRef ?? null);
    if (memberUid === null) throw badInput('There is no such member', { argument: 'memberRef' });
    const own = viewer.partner === undefined ? null : actingFor(viewer, 'redeem.quote', filter?.owner);
    const items = await listItems(em, page, own === null ? filter : { ...filter, owner: own });
    const owners = [...new Set(items.nodes.map((item) => item.ownerId))];
    const purses = owners.length === 0 ? [] : await spendableAt(context, memberUid, owners);
    const bandAt = await bandsAt(context, memberUid, items.nodes);
    const at = await loaders.clock();
    const lines = await linesOf(loaders, items.nodes, []);
    const only = await countsOnlyOf(context, memberUid);
    const programmes: Terms['programmes'] =
      only === null ? new Map() : await programmeValues(context, [...new Set(items.nodes.map(({ programme }) => programme))]);
    const shown = await Promise.all(
      items.nodes.map(async (item, index): Promise<RedeemableItem> => {
        const remaining = leastOf((await loaders.shelf.load(item.id))?.remaining ?? null, (await loaders.room.load(item.id))?.room ?? null);
        const points = thresholdFor(item, bandAt(item.ownerId));
        const offer = {
          line: { ...(lines[index] as CartLine), pricePoints: points },
          opensAt: item.opensAt,
          closesAt: item.closesAt,
          remaining,
        };
        const drop = await loaders.dropOf.load(item.id);
        const wallets = purses[owners.indexOf(item.ownerId)] ?? [];
        const answer: Redeemable = drop
          ? { state: 'CLOSED', opensAt: at < drop.opensAt ? drop.opensAt : null }
          : redeemable(offer, wallets, at);
        // The state is what a quote would say; the count says no more than the balances that the viewer reads.
        const counted =
          only === null
            ? answer
            : redeemable(
                offer,
                wallets.filter(({ issuer }) => issuer === only),
                at,
              );
        const mayCount = only === null || programmes.get(item.programme)?.issuer === only;
        const missing = mayCount && answer.state === 'MISSING_POINTS' && counted.state === 'MISSING_POINTS' ? counted.missing : null;
        return {
          item,
          price: { ...priceOf(item), points },
          valuePerPoint: valuePerPoint(item.faceFen, points),
          state: answer.state,
          reason: reasonOf(answer, missing, context),
          missing,
          opensAt: answer.state === 'CLOSED' ? answer.opensAt : null,
          memberUid,
        };
      }),
    );
    return { ...items, nodes: shown, edges: items.edges.map(({ cursor }, index) => ({ cursor, node: shown[index] as RedeemableItem })) };
  }
}

const leastOf = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b));

function reasonOf(answer: Redeemable, missing: bigint | null, { viewer: { language } }: Context): string | null {
  switch (answer.state) {
    case 'AVAILABLE':
      return null;
    case 'MISSING_POINTS':
      return missing === null
        ? say(language, '积分不足', 'Points are missing')
        : say(language, `还差 ${missing} 积分`, `${missing} points are missing`);
    case 'SOLD_OUT':
      return say(language, '已兑完', 'None is left');
    case 'CLOSED':
      return answer.opensAt === null
        ? say(language, '已结束', 'The offer has closed')
        : say(language, '尚未开始', 'The offer has not opened yet');
  }
}
