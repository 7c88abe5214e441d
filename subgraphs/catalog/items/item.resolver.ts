import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, ID, Info, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { actingFor } from '../../kernel/acting-for.js';
import { writeKey } from '../../kernel/idempotency.js';
import { connectionOf, type Page, PageArgs } from '../../kernel/page.js';
import { Text } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import { type Context, versionKey } from '../context.js';
import { Item, ItemDelivery, ItemFeature, ItemPrice, ItemStateEnum, ValuePerPoint } from './item.entity.js';
import { ItemFilter, UpsertItemInput } from './item-input.js';
import { listItems } from './item-list.js';
import type { CouponTermsInput } from '../coupons/coupon.entity.js';
import { variantsOf } from '../campaigns/campaign-input.js';
import { itemRefusals, shownItemRefusal } from './item-refusals.js';
import { ItemParityEnum, ItemUse, shownUse } from './use-conditions.js';
import { PartnerStub } from '../partner.stub.js';
import { type ItemState, stateAt } from './redeemable.js';
import { type ItemSpec, upsertItem } from './upsert-item.js';
import { valuePerPoint } from './value-per-point.js';

@ObjectType({ description: 'One rule that an item was held against.' })
@Access('PUBLIC')
class ItemCheck {
  @Field(() => String, { description: 'The rule: DISCLOSURE, PARITY, CATEGORY, VALUE or POINTS_SHARE.' }) rule!: string;
  @Field(() => Boolean, { description: 'Whether the item keeps it.' }) pass!: boolean;
  @Field(() => String, { description: 'What is wrong; empty where nothing is.' }) detail!: string;
}

@ObjectType({ description: 'The item is saved as a new version.' })
@Access('PUBLIC')
class ItemSaved {
  @Field(() => Item, { description: 'The item.' }) item!: Item;
  @Field(() => [ItemCheck], { description: 'What it was held against.' }) checks!: ItemCheck[];
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

const UpsertItemResult = resultOf('UpsertItemResult', 'What became of a saved item.', ItemSaved, ...itemRefusals);
const ItemConnection = connectionOf(Item, 'Item');

@Resolver(() => Item)
export class ItemResolver {
  @Query(() => Item, { nullable: true, description: 'An item by its id; null where there is none.' })
  @Access('PUBLIC')
  item(@Arg('id', () => ID, { description: 'Id of the item.' }) id: string, @Ctx() { loaders }: Context): Promise<Item | null> {
    return loaders.item.load(id);
  }

  @Query(() => ItemConnection, { description: 'The items of all partners, by id.' })
  @Access('PUBLIC')
  items(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ItemFilter, { nullable: true, description: 'Which ones.' }) filter: ItemFilter | null,
    @Ctx() { em }: Context,
  ): Promise<Page<Item>> {
    return listItems(em, page, filter);
  }

  @Mutation(() => UpsertItemResult, {
    description:
      'Offers an item or changes it, as a new version. Refused where its rules are stated in part only, who pays points is worse off, the points may not pay for its category, or a published campaign says something of its price that would not be true any more. Quotes that were given keep their price. For example, an item that states its threshold and its expiry but not its limits is refused, with `limits` as what is missing.',
  })
  @Scopes('catalog.write:own')
  async upsertItem(
    @Arg('input', () => UpsertItemInput, { description: 'The whole item; what is absent takes its default.' }) input: UpsertItemInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof UpsertItemResult> {
    const { viewer, loaders } = context;
    const disclosure = input.disclosure
      ? {
          threshold: input.disclosure.threshold ?? null,
          expiry: input.disclosure.expiry ?? null,
          limits: input.disclosure.limits ?? null,
        }
      : null;
    const { outcome, replayed } = await upsertItem(context, writeKey(info, viewer), {
      id: input.id,
      owner: actingFor(viewer, 'catalog.write', input.owner),
      name: { zh: input.name.zh, en: input.name.en },
      category: input.category,
      faceFen: input.faceFen ?? null,
      price: { programme: input.price.programme, points: input.price.points },
      creditThreshold: input.creditThreshold,
      delivery: { kind: input.delivery.kind, amount: input.delivery.amount, unit: input.delivery.unit },
      stock: input.stock,
      maxPointsShareBasisPoints: input.maxPointsShareBasisPoints,
      acceptsOtherProgrammes: input.acceptsOtherProgrammes,
      tags: input.tags,
      opensAt: input.opensAt ?? null,
      closesAt: input.closesAt ?? null,
      disclosure,
      variants: variantsOf(input.windows),
      specification: input.features.map(({ name, value }) => ({ name, value })),
      supplier: input.supplier ?? null,
      coupon: couponWish(input.coupon),
    });
    if (outcome.kind === 'refused') return shownItemRefusal(outcome, viewer.language);
    const item = (await loaders.itemVersion.load(versionKey(outcome.id, outcome.version))) as Item;
    return as(ItemSaved, { item, checks: outcome.checks.map((check) => as(ItemCheck, check)), replayed });
  }

  @FieldResolver(() => PartnerStub, { description: 'The partner that offers it, delivers it and is paid for it.' })
  owner(@Root() { ownerId }: Item): PartnerStub {
    return { id: ownerId };
  }

  @FieldResolver(() => Text, { description: 'Name.' })
  name(@Root() { nameZh, nameEn }: Item): Text {
    return { zh: nameZh, en: nameEn };
  }

  @FieldResolver(() => ItemPrice, { description: 'Price of one piece in points.' })
  price(@Root() item: Item): ItemPrice {
    return priceOf(item);
  }

  @FieldResolver(() => ValuePerPoint, { description: 'What a point of the price is worth on this item.' })
  valuePerPoint(@Root() item: Item): ValuePerPoint {
    return valuePerPoint(item.faceFen, item.pricePoints);
  }

  @FieldResolver(() => ItemDelivery, { description: 'What the member gets.' })
  delivery(@Root() { deliveryKind, deliveryAmount, deliveryUnit }: Item): ItemDelivery {
    return { kind: deliveryKind, amount: deliveryAmount, unit: deliveryUnit };
  }

  @FieldResolver(() => Int, { nullable: true, description: 'Pieces left; null without limit. For the partner that offers it.' })
  @Access('OWN', 'catalog.write:own')
  async stock(@Root() { id }: Item, @Ctx() { loaders }: Context): Promise<number | null> {
    return (await loaders.shelf.load(id))?.remaining ?? null;
  }

  @FieldResolver(() => [ItemFeature], { description: 'What it is advertised as; an order keeps what was advertised when it was made.' })
  features(@Root() { specification }: Item): readonly ItemFeature[] {
    return specification ?? [];
  }

  @FieldResolver(() => ItemUse, { nullable: true, description: 'Conditions of use; absent where nothing is said of them.' })
  use(@Root() { variants }: Item): ItemUse | null {
    return variants && shownUse(variants);
  }

  @FieldResolver(() => ItemParityEnum, { description: 'Whether who pays points can use it as who pays cash.' })
  parity(@Root() { variants }: Item): keyof typeof ItemParityEnum {
    return variants ? 'EQUAL' : 'UNDECLARED';
  }

  @FieldResolver(() => ItemStateEnum, { description: 'Whether it is on offer now.' })
  async state(@Root() { opensAt, closesAt }: Item, @Ctx() { loaders }: Context): Promise<ItemState> {
    return stateAt(await loaders.clock(), opensAt, closesAt);
  }
}

const couponWish = (coupon: CouponTermsInput | null | undefined): ItemSpec['coupon'] =>
  coupon
    ? {
        thresholdFen: coupon.thresholdFen ?? null,
        faceFen: coupon.faceFen ?? null,
        scope: coupon.scope,
        acceptors: coupon.acceptors ?? [],
        validDays: coupon.validDays,
        coolingOffDays: coupon.coolingOffDays,
      }
    : null;

export const priceOf = ({ programme, pricePoints, version }: Item): ItemPrice => ({
  programme: { id: programme },
  points: pricePoints,
  version,
});

export const references = {
  Item: ({ id }: { id: string }, { loaders }: Context) => loaders.item.load(id),
};
