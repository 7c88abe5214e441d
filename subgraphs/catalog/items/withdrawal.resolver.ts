import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { writeKey } from '../../kernel/idempotency.js';
import { Text, TextInput } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Item } from './item.entity.js';
import { relistItem, type Withdrawal, withdrawalOf, type WithdrawalCause, withdrawItem } from './withdraw-item.js';

const WithdrawalCauseEnum = enumOf<WithdrawalCause>('WithdrawalCause', 'Who took an item off the list.', {
  OWNER: 'The partner that offered it.',
  COMPLAINTS: 'Its complaints came to the limit.',
});

@ObjectType({ description: 'Why an item is no longer offered.' })
@Access('PUBLIC')
class ItemWithdrawal {
  @Field(() => Date, { description: 'When it left the list.' }) at!: Date;
  @Field(() => WithdrawalCauseEnum, { description: 'Who took it off.' }) cause!: WithdrawalCause;
  @Field(() => Text, { description: 'Why.' }) reason!: Text;
}

@ObjectType({ description: 'The item is off the list; orders and quotes that were given stand.' })
@Access('PUBLIC')
class ItemWithdrawn {
  @Field(() => ItemWithdrawal, { nullable: true, description: 'Why; absent where it is back on the list meanwhile.' })
  withdrawal!: ItemWithdrawal | null;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'The item is on the list again.' })
@Access('PUBLIC')
class ItemRelisted {
  @Field(() => Item, { nullable: true, description: 'The item as it is offered now; absent where it is off the list again.' })
  item!: Item | null;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

const shown = (withdrawal: Withdrawal | null): ItemWithdrawal | null => withdrawal && as(ItemWithdrawal, withdrawal);

@Resolver()
export class WithdrawalResolver {
  @Query(() => ItemWithdrawal, {
    nullable: true,
    description: 'Why `item` answers null for an item that was offered before; null for one that is offered or never was.',
  })
  @Access('PUBLIC')
  async itemWithdrawal(
    @Arg('id', () => ID, { description: 'Id of the item.' }) id: string,
    @Ctx() { em }: Context,
  ): Promise<ItemWithdrawal | null> {
    return shown(await withdrawalOf(em, id));
  }

  @Mutation(() => ItemWithdrawn, { description: 'Takes an item off the list, for a reason that members read. Saving it offers it again.' })
  @Scopes('catalog.write:own')
  async withdrawItem(
    @Arg('item', () => ID, { description: 'The item.' }) item: string,
    @Arg('reason', () => TextInput, { description: 'Why.' }) reason: TextInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ItemWithdrawn> {
    const wish = { item, reason: { zh: reason.zh, en: reason.en } };
    const { replayed } = await withdrawItem(context, writeKey(info, context.viewer), wish);
    return as(ItemWithdrawn, { withdrawal: shown(await withdrawalOf(context.em, item)), replayed });
  }

  @Mutation(() => ItemRelisted, {
    description: "Puts an item back on the list as it was, also one that left it for its complaints. For the operator's staff.",
  })
  @Scopes('catalog.write:all')
  async relistItem(
    @Arg('item', () => ID, { description: 'The item.' }) item: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ItemRelisted> {
    const { replayed } = await relistItem(context, writeKey(info, context.viewer), item);
    return as(ItemRelisted, { item: await context.loaders.item.clear(item).load(item), replayed });
  }
}
