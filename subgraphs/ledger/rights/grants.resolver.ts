import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import { covers } from '../../../schema/viewer.js';
import { Access } from '../../kernel/access.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import { adjustmentLimit } from '../approvals/adjustment-limit.js';
import type { Context } from '../context.js';
import { Me } from '../member.stub.js';
import { Partner } from '../partners/partner.entity.js';
import { grantsOf } from './read-rights.js';

@ObjectType({ description: "A scope that a partner's system has beyond its token." })
@Access('PUBLIC')
class Grant {
  @Field(() => String, { description: 'The scope.' }) scope!: string;
  @Field(() => String, { nullable: true, description: 'The field class that it was granted for, where it was one.' }) class!: string | null;
  @Field(() => Date, { description: 'Since when.' }) from!: Date;
  @Field(() => Date, { nullable: true, description: 'Until before this instant; absent: without end.' }) until!: Date | null;
  @Field(() => String, { description: 'Who granted it; a partner reads that it was the operator, and not who of its people.' })
  grantedBy!: string;
}

@ObjectType({ description: 'A bound on what the caller may do at once.' })
@Access('PUBLIC')
class Limit {
  @Field(() => String, { description: 'What is bounded, such as `adjust.points`.' }) name!: string;
  @Field(() => PointsScalar, { description: 'How much at the most.' }) value!: bigint;
}

@Resolver(() => Me)
export class MyGrants {
  @FieldResolver(() => [Grant], {
    nullable: true,
    description: "Scopes that the caller has beyond the token; only a partner's system can have some.",
  })
  async grants(@Root() _me: Me, @Ctx() { em, viewer }: Context): Promise<Grant[]> {
    if (viewer.kind !== 'partner' || viewer.partner === undefined) return [];
    return (await grantsOf(em, viewer.partner)).map((grant) => as(Grant, { ...grant, grantedBy: 'operator' }));
  }

  @FieldResolver(() => [Limit], { nullable: true, description: 'Bounds on what the caller may do at once.' })
  async limits(@Root() _me: Me, @Ctx() { em, viewer }: Context): Promise<Limit[]> {
    if (!covers(viewer.scopes, 'ledger.adjust:own')) return [];
    return [as(Limit, { name: 'adjust.points', value: await adjustmentLimit(em) })];
  }
}

@Resolver(() => Partner)
export class PartnerGrants {
  @FieldResolver(() => [Grant], { nullable: true, description: 'Scopes that its system has beyond its token.' })
  @Access('OWN', 'grants.admin', 'compliance.read:all')
  async grants(@Root() { id }: Partner, @Ctx() { em }: Context): Promise<Grant[]> {
    return (await grantsOf(em, id)).map((grant) => as(Grant, grant));
  }
}
