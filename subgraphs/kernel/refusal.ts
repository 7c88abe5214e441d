import { Field, InterfaceType, ObjectType } from 'type-graphql';
import { Access, Shareable } from './access.js';

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
