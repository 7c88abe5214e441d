import { Field, ObjectType } from 'type-graphql';
import type { Language } from '../../schema/viewer.js';
import { Access } from '../kernel/access.js';
import { enumOf } from '../kernel/enum.js';
import { Refusal } from '../kernel/refusal.js';
import { say } from '../kernel/text.js';
import { as } from '../kernel/union.js';
import type { Difference } from './campaigns/parity.js';

const AspectEnum = enumOf<Difference['what']>('UseAspect', 'In which respect conditions of use differ.', {
  DAYS: 'Days of the week.',
  HOURS: 'Hours of the day.',
  WINDOWS: 'Times.',
  SERVICES: 'Services that are included.',
});

@ObjectType({ description: 'One respect in which who pays points is worse off.' })
@Access('PUBLIC')
class ParityDifference {
  @Field(() => AspectEnum, { description: 'In which respect.' }) what!: Difference['what'];
  @Field(() => String, { description: 'What there is to be.' }) expected!: string;
  @Field(() => String, { description: 'What of it is lacking.' }) lacking!: string;
}

@ObjectType({ description: 'Who pays points would be worse off than who pays cash, or than was published before.', implements: Refusal })
@Access('PUBLIC')
export class ParityViolation extends Refusal {
  @Field(() => [ParityDifference], { description: 'All differences.' }) differences!: ParityDifference[];
}

export const parityViolation = (differences: readonly Difference[], language: Language): ParityViolation =>
  as(ParityViolation, {
    code: 'PARITY_VIOLATION',
    message: say(language, '积分兑换的使用条件比现金购买更严', 'Who pays points would be worse off'),
    differences: differences.map((difference) => as(ParityDifference, difference)),
  });
