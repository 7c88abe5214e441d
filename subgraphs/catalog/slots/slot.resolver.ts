import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, InputType, Int, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { badInput } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Item } from '../items/item.entity.js';
import { RedemptionLine } from '../redemption/redemption.entity.js';
import { ItemClosed, SoldOut } from '../redemption/results.js';
import { bookSlot, releaseSlot } from './book-slot.js';
import { openSlots } from './open-slots.js';
import { type Slot, slotsAhead, slotsById } from './slot-store.js';

const replayedDescription = 'Whether this answer was given before under the same key.';

@ObjectType({ description: 'A time at which an item can be had; who pays points and who pays cash share its places.' })
@Access('PUBLIC')
class ItemSlot {
  @Field(() => ID, { description: 'Id of the slot.' }) id!: string;
  @Field(() => Date, { description: 'First instant.' }) startsAt!: Date;
  @Field(() => Date, { description: 'First instant after it.' }) endsAt!: Date;
  @Field(() => Int, { description: 'Places.' }) capacity!: number;
  @Field(() => Int, { description: 'Places that are left.' }) remaining!: number;
}

const shown = ({ id, startsAt, endsAt, capacity, remaining }: Slot): ItemSlot =>
  as(ItemSlot, { id, startsAt, endsAt, capacity, remaining });

@InputType({ description: 'A time at which an item can be had.' })
class ItemSlotInput {
  @Field(() => Date, { description: 'First instant.' }) startsAt!: Date;
  @Field(() => Date, { description: 'First instant after it.' }) endsAt!: Date;
  @Field(() => Int, { description: 'Places.' }) capacity!: number;
}

@ObjectType({ description: 'The slots are open.' })
@Access('PUBLIC')
class SlotsOpened {
  @Field(() => [ItemSlot], { description: 'The slots.' }) slots!: ItemSlot[];
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'The places are taken.' })
@Access('PUBLIC')
class SlotBooked {
  @Field(() => ID, { description: 'Id of the booking, to release it by.' }) booking!: string;
  @Field(() => ItemSlot, { description: 'The slot.' }) slot!: ItemSlot;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'The places are free again.' })
@Access('PUBLIC')
class SlotReleased {
  @Field(() => ItemSlot, { description: 'The slot.' }) slot!: ItemSlot;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

const BookSlotResult = resultOf('BookSlotResult', 'What became of a booking.', SlotBooked, SoldOut, ItemClosed);

@Resolver(() => Item)
export class SlotResolver {
  @Mutation(() => SlotsOpened, {
    description:
      'Opens appointments for an item; from then on it is had in one of them only. One of the same beginning gets the new capacity. For example, of an appointment with `capacity: 1` the second member is told that it is sold out.',
  })
  @Scopes('catalog.write:own')
  async openSlots(
    @Arg('item', () => ID, { description: 'The item.' }) item: string,
    @Arg('slots', () => [ItemSlotInput], { description: 'The slots.' }) slots: ItemSlotInput[],
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SlotsOpened> {
    const wish = { item, slots: slots.map(({ startsAt, endsAt, capacity }) => ({ startsAt, endsAt, capacity })) };
    const { outcome, replayed } = await openSlots(context, writeKey(info, context.viewer), wish);
    const opened = await slotsById(context.em, outcome.ids);
    return as(SlotsOpened, { slots: outcome.ids.map((id) => shown(opened.find((slot) => slot.id === id) as Slot)), replayed });
  }

  @Mutation(() => BookSlotResult, {
    description: 'Takes places of a slot for somebody who pays cash at the partner: the very places that points buy.',
  })
  @Scopes('redeem.write:own')
  async bookSlot(
    @Arg('slot', () => ID, { description: 'The slot.' }) slot: string,
    @Arg('pieces', () => Int, { defaultValue: 1, description: 'How many places.' }) pieces: number,
    @Arg('ref', () => String, { description: "The partner's own number of the sale." }) ref: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof BookSlotResult> {
    const { language } = context.viewer;
    const { outcome, replayed } = await bookSlot(context, writeKey(info, context.viewer), { slot, pieces, ref });
    if (outcome.kind === 'booked') return as(SlotBooked, { booking: outcome.id, slot: await slotOf(context, slot), replayed });
    const { code, item } = outcome;
    return code === 'SOLD_OUT'
      ? as(SoldOut, { code, message: say(language, '该时段已约满', 'No place is left'), item })
      : as(ItemClosed, { code, message: say(language, '该时段已开始', 'The slot has begun'), item, opensAt: null });
  }

  @Mutation(() => SlotReleased, { description: 'Gives the places of a booking back.' })
  @Scopes('redeem.reverse:own')
  async releaseSlot(
    @Arg('booking', () => ID, { description: 'The booking.' }) booking: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SlotReleased> {
    const { outcome, replayed } = await releaseSlot(context, writeKey(info, context.viewer), booking);
    return as(SlotReleased, { slot: await slotOf(context, outcome.slot), replayed });
  }

  @FieldResolver(() => [ItemSlot], {
    description: 'Times ahead at which it can be had, the earliest first; none where it needs no appointment.',
  })
  async slots(
    @Root() { id }: Item,
    @Arg('first', () => Int, { defaultValue: 20, description: 'How many at the most; up to 100.' }) first: number,
    @Ctx() { em }: Context,
  ): Promise<ItemSlot[]> {
    if (first < 1 || first > 100) throw badInput('`first` is 1 to 100', { argument: 'first' });
    return (await slotsAhead(em, id, first)).map(shown);
  }
}

@Resolver(() => RedemptionLine)
export class SlotOfLine {
  @FieldResolver(() => ItemSlot, { nullable: true, description: 'The slot that was chosen; absent where it needed none.' })
  async slot(@Root() { slotId }: RedemptionLine, @Ctx() { loaders }: Context): Promise<ItemSlot | null> {
    const slot = slotId === null ? null : await loaders.slot.load(slotId);
    return slot && shown(slot);
  }
}

const slotOf = async ({ em }: Context, id: string): Promise<ItemSlot> => shown((await slotsById(em, [id]))[0] as Slot);
