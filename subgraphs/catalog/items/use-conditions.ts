import { Field, Int, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { as } from '../../kernel/union.js';
import { clockText, type UseConditions, type Variants } from '../campaigns/parity.js';

export const ItemParityEnum = enumOf('ItemParity', 'Whether who pays points can use an item as who pays cash.', {
  EQUAL: 'On the same days, in the same hours, at the same times and with the same services, or more.',
  UNDECLARED: 'Nothing is said of it, so nothing restricts either.',
});

@ObjectType({ description: 'Hours of the day.' })
@Access('PUBLIC')
class UseHours {
  @Field(() => String, { description: 'First minute, HH:MM.' }) from!: string;
  @Field(() => String, { description: 'First minute after it, HH:MM; 24:00 is the end of the day.' }) until!: string;
}

@ObjectType({ description: 'A time within which something can be used.' })
@Access('PUBLIC')
class UseWindow {
  @Field(() => Date, { description: 'First instant.' }) from!: Date;
  @Field(() => Date, { description: 'First instant after it.' }) until!: Date;
}

@ObjectType('UseConditions', { description: 'Under which conditions something can be used; what is absent restricts nothing.' })
@Access('PUBLIC')
class UseConditionsShown {
  @Field(() => [Int], { nullable: true, description: 'Days of the week, 1 is Monday.' }) days!: readonly number[] | null;
  @Field(() => [UseHours], { nullable: true, description: 'Hours of the day.' }) hours!: UseHours[] | null;
  @Field(() => [UseWindow], { nullable: true, description: 'Times.' }) windows!: readonly UseWindow[] | null;
  @Field(() => [String], { nullable: true, description: 'Services that are included.' }) services!: readonly string[] | null;
}

@ObjectType({ description: 'Conditions of use for who pays cash and for who pays points.' })
@Access('PUBLIC')
export class ItemUse {
  @Field(() => UseConditionsShown, { description: 'Paid in cash.' }) cash!: UseConditionsShown;
  @Field(() => UseConditionsShown, { description: 'Paid in points.' }) points!: UseConditionsShown;
}

const shown = ({ days, hours, windows, services }: UseConditions): UseConditionsShown =>
  as(UseConditionsShown, {
    days,
    windows,
    services,
    hours: hours?.map(({ from, until }) => ({ from: clockText(from), until: clockText(until) })) ?? null,
  });

export const shownUse = ({ cash, points }: Variants): ItemUse => as(ItemUse, { cash: shown(cash), points: shown(points) });
