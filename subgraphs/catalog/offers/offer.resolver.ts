import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { actingFor } from '../../kernel/acting-for.js';
import { writeKey } from '../../kernel/idempotency.js';
import { Refusal } from '../../kernel/refusal.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Item } from '../items/item.entity.js';
import { createOffer } from './create-offer.js';
import { isEntitled } from './entitled.js';
import { openOffers, type TargetedOffer } from './offer-store.js';

@InputType({ description: 'An item with a larger share for points, for members who had something of a category lately.' })
class TargetedOfferInput {
  @Field(() => ID, { description: 'Lower-case letters, digits and hyphens, such as `new-jeans`.' }) id!: string;
  @Field(() => ID, { nullable: true, description: 'The partner; the caller itself where absent.' }) owner?: string | null;
  @Field(() => ID, { description: 'What they are offered.' }) item!: string;
  @Field(() => ID, { description: 'What everybody else is offered, and whoever wants no personal offers.' }) alternative!: string;
  @Field(() => String, { description: 'Segment: who took something of this category at the partner …' }) category!: string;
  @Field(() => Int, { defaultValue: 90, description: '… in so many days before.' }) windowDays!: number;
  @Field(() => Int, { description: 'How much of the price points may pay for them, in basis points.' }) maxPointsShareBasisPoints!: number;
  @Field(() => Date, { description: 'First instant.' }) startsAt!: Date;
  @Field(() => Date, { description: 'First instant after it.' }) endsAt!: Date;
}

@ObjectType({ description: 'Members who agreed to it are offered it from its beginning on.' })
@Access('PUBLIC')
class TargetedOfferCreated {
  @Field(() => ID, { description: 'Id of the offer.' }) id!: string;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'There is an offer of this id already.', implements: Refusal })
@Access('PUBLIC')
class OfferTaken extends Refusal {}

const CreateTargetedOfferResult = resultOf('CreateTargetedOfferResult', 'What became of an offer.', TargetedOfferCreated, OfferTaken);

@ObjectType({ description: 'What a partner offers a member.' })
@Access('OWN')
export class MemberOffer {
  memberUid!: string;
  @Field(() => ID, { nullable: true, description: 'To name in the cart; absent where nothing personal is in it.' }) offer!: string | null;
  @Field(() => Item, { description: 'What is offered.' }) item!: Item;
  @Field(() => Int, { description: 'How much of the price points may pay, in basis points.' }) maxPointsShareBasisPoints!: number;
  @Field(() => Boolean, { description: 'Whether what the member bought has a part in it.' }) personalised!: boolean;
  @Field(() => String, { nullable: true, description: 'Why it is offered to this member; absent where it is for everybody.' }) reason!:
    | string
    | null;
  @Field(() => Date, { description: 'The first instant at which it no longer holds.' }) validUntil!: Date;
}

@Resolver()
export class OfferResolver {
  @Mutation(() => CreateTargetedOfferResult, {
    description:
      'Offers an item with a larger share for points to members of a segment who agreed to a profile, and another one to everybody. For example, who bought in the category `jeans` in the last 90 days and agreed is offered the item with half of its price in points, and everybody else the alternative.',
  })
  @Scopes('campaign.write:own')
  async createTargetedOffer(
    @Arg('input', () => TargetedOfferInput, { description: 'The offer.' }) input: TargetedOfferInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof CreateTargetedOfferResult> {
    const { viewer } = context;
    const { id, item, alternative, category, windowDays, maxPointsShareBasisPoints: shareBasisPoints, startsAt, endsAt } = input;
    const owner = actingFor(viewer, 'campaign.write', input.owner);
    const offer: TargetedOffer = { id, owner, item, alternative, category, windowDays, shareBasisPoints, startsAt, endsAt };
    const { outcome, replayed } = await createOffer(context, writeKey(info, viewer), offer);
    if (outcome.kind === 'created') return as(TargetedOfferCreated, { id, replayed });
    return as(OfferTaken, {
      code: outcome.code,
      message: say(viewer.language, '该优惠编号已存在', 'There is an offer of this id already'),
    });
  }

  @Query(() => [MemberOffer], {
    description:
      'What a partner offers the member now. Personal only with the consent PREFERENCES for that partner, and only where wanted; else what everybody is offered.',
  })
  @Scopes('me.read')
  async offersFor(
    @Arg('owner', () => ID, { description: 'The partner.' }) owner: string,
    @Arg('personalised', () => Boolean, { defaultValue: true, description: 'False asks for what everybody is offered.' }) wanted: boolean,
    @Ctx() context: Context,
  ): Promise<MemberOffer[]> {
    const { viewer, em, loaders } = context;
    const memberUid = viewer.uid;
    if (memberUid === undefined) return [];
    const shown: MemberOffer[] = [];
    for (const offer of await openOffers(em, { owner })) {
      const personal = wanted && (await isEntitled(context, memberUid, offer));
      const item = await loaders.item.load(personal ? offer.item : offer.alternative);
      if (!item || shown.some((other) => !personal && other.offer === null && other.item.id === item.id)) continue;
      shown.push(
        as(MemberOffer, {
          memberUid,
          item,
          offer: personal ? offer.id : null,
          maxPointsShareBasisPoints: personal
            ? Math.max(item.maxPointsShareBasisPoints, offer.shareBasisPoints)
            : item.maxPointsShareBasisPoints,
          personalised: personal,
          reason: personal
            ? say(
                viewer.language,
                `因为您在此兑换过：${offer.category}`,
                `Because you took something of this category here: ${offer.category}`,
              )
            : null,
          validUntil: offer.endsAt,
        }),
      );
    }
    return shown;
  }
}
