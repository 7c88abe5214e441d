import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { mustActFor } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { groupFloor } from '../green/labels.js';
import { Me } from '../member.stub.js';
import { Programme } from '../partners/programme.entity.js';
import { dormantByDefault, dormantFor } from './dormant.js';
import { idleBands, idleOf } from './read-idle.js';
import { dormantAfter, mustBeMonths, setDormancy } from './set-dormancy.js';

@ObjectType({ description: "A programme's points that nobody spends, as they were when this month began; for reporting only." })
@Access('OWN', 'insight.read:own')
export class DormancyReport {
  readonly issuerId!: string;
  @Field(() => Programme, { description: 'The programme.' }) programme!: Programme;
  @Field(() => Boolean, { description: 'Whether no figure is shown: too few members, or too few others, of whom the rest would tell.' })
  suppressed!: boolean;
  @Field(() => Int, {
    nullable: true,
    description: 'Members have spent none for at least so many months: those asked for, or the next longer term that may be told.',
  })
  months!: number | null;
  @Field(() => Int, { nullable: true, description: 'Members who have points and spent none in that time.' }) members!: number | null;
  @Field(() => PointsScalar, { nullable: true, description: 'Their points.' }) points!: bigint | null;
  @Field(() => Int, { description: 'From how many members on figures of a group are shown.' }) floor!: number;
}

@ObjectType({ description: 'The programme calls points dormant so from now on.' })
@Access('PUBLIC')
class DormancySet {
  @Field(() => Programme, { description: 'The programme.' }) programme!: Programme;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'That the caller has points and has long spent none; one for each programme and month, until some are spent.' })
@Access('OWN', 'me.read')
export class DormancyNudge {
  readonly memberUid!: string;
  readonly programmeId!: string;
  @Field(() => ID, { description: 'The same all month long, so that it need not be shown twice.' }) id!: string;
  @Field(() => ID, { description: 'The month, `YYYY-MM` where the programme lives.' }) period!: string;
  @Field(() => Int, { description: 'For how many whole months none were spent when the month began.' }) months!: number;
  @Field(() => PointsScalar, { description: 'Points that wait.' }) points!: bigint;
  @Field(() => String, { description: 'It in a sentence.' }) message!: string;
}

@Resolver(() => Programme)
export class DormancyResolver {
  @Query(() => DormancyReport, { description: 'Members of a programme who have points and spend none.' })
  @Scopes('insight.read:own')
  async dormancy(
    @Arg('programme', () => ID, { description: 'The programme.' }) id: string,
    @Arg('months', () => Int, { nullable: true, description: 'Months without a burn, 1 to 120; as the programme says where absent.' })
    asked: number | undefined,
    @Ctx() context: Context,
  ): Promise<DormancyReport> {
    const { em, viewer } = context;
    const programme = await found(context, id);
    mustActFor(viewer, 'insight.read', programme.issuerId);
    const months = asked ?? (await dormantAfter(em, id));
    mustBeMonths(months);
    const [floor, bands] = await Promise.all([groupFloor(em), idleBands(em, id)]);
    const told = dormantFor(months, floor, bands);
    const figures = told ?? { months: null, members: null, points: null };
    return as(DormancyReport, { issuerId: programme.issuerId, programme, floor, suppressed: told === null, ...figures });
  }

  @Mutation(() => DormancySet, {
    description: `Says after how many months without a burn a programme's points are dormant: ${dormantByDefault} unless the issuer says otherwise. For example, with \`months: 6\` points that were earned on 21 November 2026, of which none was spent, are dormant from the month that begins after 6 whole ones: from 1 June 2027, 00:00 on.`,
  })
  @Scopes('programmes.write:own')
  async setDormancy(
    @Arg('programme', () => ID, { description: 'The programme.' }) id: string,
    @Arg('months', () => Int, { description: 'Months, 1 to 120.' }) months: number,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DormancySet> {
    const programme = await found(context, id);
    mustActFor(context.viewer, 'programmes.write', programme.issuerId);
    const { replayed } = await setDormancy(context.em, writeKey(info, context.viewer), {
      programme: id,
      issuer: programme.issuerId,
      months,
    });
    return as(DormancySet, { programme, replayed });
  }

  @FieldResolver(() => Int, { description: 'After how many months without a burn points are dormant.' })
  dormantAfterMonths(@Root() { id }: Programme, @Ctx() { em }: Context): Promise<number> {
    return dormantAfter(em, id);
  }
}

@Resolver(() => Me)
export class MyDormancy {
  @FieldResolver(() => [DormancyNudge], {
    nullable: true,
    description: "The caller's points that have waited too long; absent where it is no member.",
  })
  @Access('OWN', 'me.read')
  async dormancy(@Root() { uid }: Me, @Ctx() { em, viewer }: Context): Promise<DormancyNudge[] | null> {
    if (uid === undefined) return null;
    return (await idleOf(em, uid, dormantByDefault)).map(({ programme: programmeId, period, months, points }) => {
      const zh = `您有 ${points} 积分已 ${months} 个月未使用`;
      const message = say(viewer.language, zh, `You have ${points} points and have spent none for ${months} months`);
      return as(DormancyNudge, { memberUid: uid, programmeId, id: `${programmeId}:${period}`, period, months, points, message });
    });
  }
}

@Resolver(() => DormancyNudge)
export class DormancyNudgeResolver {
  @FieldResolver(() => Programme, { description: 'The programme of the points.' })
  programme(@Root() { programmeId }: DormancyNudge, @Ctx() { loaders }: Context): Promise<Programme | null> {
    return loaders.programme.load(programmeId);
  }
}

async function found({ loaders }: Context, id: string): Promise<Programme> {
  const programme = await loaders.programme.load(id);
  if (!programme) throw badInput('There is no such programme', { argument: 'programme' });
  return programme;
}
