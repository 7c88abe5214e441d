import { Field, ObjectType } from 'type-graphql';
import type { Language } from '../../../schema/viewer.js';
import { Access } from '../../kernel/access.js';
import { Refusal } from '../../kernel/refusal.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import type { BoundRefusal } from './set-pricing.js';

@ObjectType({ description: 'The price would move further than its bound from the price of before.', implements: Refusal })
@Access('PUBLIC')
export class BoundExceeded extends Refusal {
  @Field(() => PointsScalar, { description: 'The nearest price that is allowed.' }) allowed!: bigint;
  @Field(() => PointsScalar, { description: 'The price that was wanted.' }) wanted!: bigint;
  @Field(() => PointsScalar, { description: 'The price that it is measured against.' }) reference!: bigint;
  @Field(() => PointsScalar, { description: 'The lowest price that is allowed.' }) least!: bigint;
  @Field(() => PointsScalar, { description: 'The highest price that is allowed.' }) most!: bigint;
}

export const boundExceeded = ({ code, wanted, allowed, reference, least, most }: BoundRefusal, language: Language): BoundExceeded =>
  as(BoundExceeded, {
    code,
    message: say(
      language,
      `积分价超出浮动范围：${least} 至 ${most}（此前 ${reference}）`,
      `The price may be ${least} to ${most}, for it was ${reference}`,
    ),
    allowed,
    wanted,
    reference,
    least,
    most,
  });
