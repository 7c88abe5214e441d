import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { validate } from 'uuid';
import { Access, Inaccessible, Internal } from '../../kernel/access.js';
import { badInput } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { FenScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import type { Context } from './context.js';
import { oweForCoupon, takeBackCoupon } from './coupon-debt.js';

@InputType({ description: 'A coupon of one partner that another one took.' })
@Inaccessible()
class CouponDebtInput {
  @Field(() => ID, { description: 'Id of the use, made by the caller.' }) use!: string;
  @Field(() => ID, { description: 'The partner whose coupon it is.' }) issuer!: string;
  @Field(() => ID, { description: 'The partner that took it.' }) acceptor!: string;
  @Field(() => ID, { description: 'Whose points the coupon is had for.' }) programme!: string;
  @Field(() => FenScalar, { description: 'What it took off.' }) fen!: bigint;
}

@InputType({ description: 'Goods that came back of a basket for which a coupon was taken.' })
@Inaccessible()
class CouponPartInput {
  @Field(() => ID, { description: 'Id of the return, made by the caller.' }) return!: string;
  @Field(() => FenScalar, { description: 'What the coupon took off them.' }) fen!: bigint;
}

@ObjectType({ description: 'It is on the statements of both.' })
@Inaccessible()
@Access('INTERNAL')
class CouponCleared {
  @Field(() => ID, { description: 'The obligation.' }) obligation!: string;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@Resolver()
export class CouponDebtResolver {
  @Mutation(() => CouponCleared, { description: 'For the catalog: the issuer of a coupon owes the partner that took it.' })
  @Internal()
  async oweForCoupon(
    @Arg('input', () => CouponDebtInput, { description: 'Who owes whom how much.' }) input: CouponDebtInput,
    @Ctx() { em, viewer }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CouponCleared> {
    mustBeUuid(input.use);
    const { use, issuer, acceptor, programme, fen } = input;
    const { outcome, replayed } = await oweForCoupon(em, writeKey(info, viewer), { use, issuer, acceptor, programme, fen });
    return as(CouponCleared, { obligation: outcome.obligation, replayed });
  }

  @Mutation(() => CouponCleared, { description: 'For the catalog: what was owed for a coupon, or for a part of its basket, is owed back.' })
  @Internal()
  async takeBackCoupon(
    @Arg('use', () => ID, { description: 'Id of the use.' }) use: string,
    @Arg('part', () => CouponPartInput, { nullable: true, description: 'Goods that came back; all that is left where absent.' })
    part: CouponPartInput | null,
    @Ctx() { em, viewer }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CouponCleared> {
    mustBeUuid(use);
    if (part) mustBeUuid(part.return);
    const back = part && { return: part.return, fen: part.fen };
    const { outcome, replayed } = await takeBackCoupon(em, writeKey(info, viewer), use, back);
    return as(CouponCleared, { obligation: outcome.obligation, replayed });
  }
}

function mustBeUuid(use: string): void {
  if (!validate(use)) throw badInput('An id is a UUID', { argument: 'use' });
}
