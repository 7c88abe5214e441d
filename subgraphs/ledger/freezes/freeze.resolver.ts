import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, Info, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { mustBeOperator } from '../../kernel/acting-for.js';
import { writeKey } from '../../kernel/idempotency.js';
import { memberUidOf } from '../../kernel/member-ref.js';
import { NotEnrolled, Refusal, SelfApproval } from '../../kernel/refusal.js';
import { rows } from '../../kernel/sql.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Member } from '../member.stub.js';
import { freeze, unfreeze } from './freeze.js';

/** Who froze and who gave free stays in the audit trail. */
@ObjectType({ description: "A time during which a person had frozen a member's points." })
@Access('COMPLIANCE')
export class PointsFreeze {
  @Field(() => Date, { description: 'Since when.' }) frozenAt!: Date;
  @Field(() => String, { description: 'Why.' }) reason!: string;
  @Field(() => Date, { nullable: true, description: 'When they were given free; absent while they are frozen.' }) liftedAt!: Date | null;
  @Field(() => String, { nullable: true, description: 'Why they were given free.' }) liftReason!: string | null;
}

@ObjectType({ description: "The member's points are frozen." })
@Access('PUBLIC')
class PointsFrozen {
  @Field(() => Member, { description: 'The member.' }) member!: Member;
  @Field(() => Boolean, { description: 'Whether they were frozen before.' }) replayed!: boolean;
}

@ObjectType({ description: "The member's points are free again, unless a case holds them too." })
@Access('PUBLIC')
class PointsUnfrozen {
  @Field(() => Member, { description: 'The member.' }) member!: Member;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: "No person has frozen the member's points.", implements: Refusal })
@Access('PUBLIC')
class NotFrozen extends Refusal {}

const FreezeResult = resultOf('FreezeResult', 'What became of a freeze.', PointsFrozen, NotEnrolled);
const UnfreezeResult = resultOf(
  'UnfreezeResult',
  'What became of the end of a freeze.',
  PointsUnfrozen,
  NotEnrolled,
  NotFrozen,
  SelfApproval,
);

const whom = 'Pairwise id, or `partner/number`.';
const why = 'Why, 1 to 500 characters.';

@Resolver()
export class FreezeResolver {
  @Mutation(() => FreezeResult, {
    description:
      "Freezes a member's points at once: they are neither spent nor sent. Purchases and returns still bring points. Takes one person.",
  })
  @Scopes('compliance.write:all')
  async freeze(
    @Arg('member', () => String, { description: whom }) ref: string,
    @Arg('reason', () => String, { description: why }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof FreezeResult> {
    mustBeOperator(context.viewer);
    const uid = await memberUidOf(context, ref);
    if (uid === null) return notEnrolled(context);
    const { outcome, replayed } = await freeze(context, writeKey(info, context.viewer), { member: ref, reason }, uid);
    return as(PointsFrozen, { member: as(Member, { uid: outcome.memberUid }), replayed: replayed || outcome.before });
  }

  @Mutation(() => UnfreezeResult, { description: "Gives a member's points free again; takes another person than the one who froze them." })
  @Scopes('compliance.write:all')
  async unfreeze(
    @Arg('member', () => String, { description: whom }) ref: string,
    @Arg('reason', () => String, { description: why }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof UnfreezeResult> {
    const { viewer } = context;
    mustBeOperator(viewer);
    const uid = await memberUidOf(context, ref);
    if (uid === null) return notEnrolled(context);
    const { outcome, replayed } = await unfreeze(context, writeKey(info, viewer), { member: ref, reason }, uid);
    if (outcome.kind === 'unfrozen') return as(PointsUnfrozen, { member: as(Member, { uid: outcome.memberUid }), replayed });
    const { code } = outcome;
    return code === 'NOT_FROZEN'
      ? as(NotFrozen, { code, message: say(viewer.language, '该会员的积分未被人工冻结', "No person has frozen the member's points") })
      : as(SelfApproval, { code, message: say(viewer.language, '须由另一人解冻', 'Somebody else has to give them free') });
  }
}

@Resolver(() => Member)
export class MemberFreezes {
  @FieldResolver(() => [PointsFreeze], { nullable: true, description: "When people had frozen the member's points, newest first." })
  @Access('COMPLIANCE', 'compliance.read:own')
  async freezes(@Root() { uid }: Member, @Ctx() { em }: Context): Promise<PointsFreeze[]> {
    const found = await rows<{ frozen_at: string; reason: string; lifted_at: string | null; lift_reason: string | null }>(
      em,
      'select frozen_at, reason, lifted_at, lift_reason from points_freeze where member_uid = ? order by id desc limit 100',
      [uid],
    );
    return found.map((row) =>
      as(PointsFreeze, {
        frozenAt: new Date(row.frozen_at),
        reason: row.reason,
        liftedAt: row.lifted_at === null ? null : new Date(row.lifted_at),
        liftReason: row.lift_reason,
      }),
    );
  }
}

const notEnrolled = ({ viewer }: Context): NotEnrolled =>
  as(NotEnrolled, { code: 'NOT_ENROLLED', message: say(viewer.language, '没有这位会员', 'There is no such member') });
