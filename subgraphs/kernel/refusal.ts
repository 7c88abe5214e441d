import { Field, InterfaceType, ObjectType } from 'type-graphql';
import { Access, Shareable } from './access.js';
import { FenScalar } from './scalars.js';

/** Every business refusal has a stable code and a sentence; its own type adds the facts. */
@InterfaceType({ description: 'A business refusal: nothing was changed.' })
export abstract class Refusal {
  @Field(() => String, { description: 'Stable code.' }) code!: string;
  @Field(() => String, { description: 'One sentence in the language of the request.' }) message!: string;
}

@ObjectType({ description: 'The caller knows no such member.', implements: Refusal })
@Shareable()
@Access('PUBLIC')
export class NotEnrolled extends Refusal {}

@ObjectType({ description: 'The partner is suspended: it earns and redeems nothing; returns stay open.', implements: Refusal })
@Shareable()
@Access('PUBLIC')
export class SuspendedPartner extends Refusal {}

@ObjectType({ description: 'No published accrual rule of the programme fits this purchase.', implements: Refusal })
@Shareable()
@Access('PUBLIC')
export class RuleMissing extends Refusal {}

@ObjectType({ description: 'The hold ran out before it was captured; its points are available again.', implements: Refusal })
@Shareable()
@Access('PUBLIC')
export class HoldExpired extends Refusal {
  @Field(() => Date, { nullable: true, description: 'When it ran out.' }) expiredAt?: Date | null;
}

@ObjectType({ description: "The member's points are frozen while something is being looked into.", implements: Refusal })
@Shareable()
@Access('PUBLIC')
export class MemberFrozen extends Refusal {}

@ObjectType({ description: 'Nobody approves what they wrote.', implements: Refusal })
@Shareable()
@Access('PUBLIC')
export class SelfApproval extends Refusal {}

@ObjectType({
  description:
    'A partner owes the others as much as it may: no more of their points for its customers, and none of its own at their shops.',
  implements: Refusal,
})
@Shareable()
@Access('PUBLIC')
export class CreditLimitReached extends Refusal {
  @Field(() => FenScalar, { nullable: true, description: 'How much it may owe; said to the partner itself and to the operator only.' })
  limitFen?: bigint | null;
  @Field(() => FenScalar, { nullable: true, description: 'How much it owes already; said to the same.' })
  usedFen?: bigint | null;
}
