import { Field, ObjectType, Query, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { Text } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import { DeliveryKind } from '../items/item.entity.js';
import { ReturnReasonEnum } from './return-reason.js';
import { reasonAllowed, returnReasons, type ReturnReason } from './returns.js';

@ObjectType({ description: 'One reason for which goods come back. How they were paid is none for which they do not.' })
@Access('PUBLIC')
class ReturnRule {
  @Field(() => ReturnReasonEnum, { description: 'The reason.' }) reason!: ReturnReason;
  @Field(() => [DeliveryKind], { description: 'What does not come back for it, being used up by its delivery.' }) notFor!: DeliveryKind[];
  @Field(() => [Text], { description: 'The laws that it rests on.' }) references!: readonly Text[];
}

const consumers = { zh: '中华人民共和国消费者权益保护法', en: 'Law on the Protection of Consumer Rights and Interests' };
const quality = { zh: '中华人民共和国产品质量法', en: 'Product Quality Law' };

/** A reference in words, not advice: which law a reason is usually rested on. */
const referencesOf: Readonly<Record<ReturnReason, readonly Text[]>> = {
  FAULTY: [quality, consumers],
  NOT_AS_DESCRIBED: [consumers, quality],
  NOT_DELIVERED: [consumers],
  CHANGED_MIND: [consumers],
  SERVICE_CANCELLED: [consumers],
};

@Resolver()
export class ReturnRulesResolver {
  @Query(() => [ReturnRule], {
    description: 'Every reason for which goods come back, and what it rests on. Having paid with points changes none of it.',
  })
  @Access('PUBLIC')
  returnRules(): ReturnRule[] {
    const kinds = Object.keys(DeliveryKind) as DeliveryKind[];
    return returnReasons.map((reason) =>
      as(ReturnRule, { reason, notFor: kinds.filter((kind) => !reasonAllowed(reason, kind)), references: referencesOf[reason] }),
    );
  }
}
