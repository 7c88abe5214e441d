import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, ID, Info, Int, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { mustActFor } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { connectionOf, decodeIdCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { rows } from '../../kernel/sql.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Me } from '../member.stub.js';
import { Programme } from '../partners/programme.entity.js';
import { Lot } from '../points/lot.js';
import { setReminderDays } from './set-steps.js';
import { defaultSteps } from './steps.js';

@ObjectType({ description: 'That points expire soon, as it was when it was said; once per lot and step.' })
@Access('OWN')
export class Reminder {
  @Field(() => ID, { description: 'Opaque id.' }) id!: string;
  @Field(() => PointsScalar, { description: 'Points that might have been spent when it was said.' }) points!: bigint;
  @Field(() => Date, { description: 'First instant at which they may no longer be spent.' }) expiresAt!: Date;
  @Field(() => Int, { description: 'The step: within how many days they expire.' }) daysBefore!: number;
  @Field(() => Date, { description: 'When it was said.' }) at!: Date;

  memberUid!: string;
  programmeId!: string;
  lotId!: string;
}

@ObjectType({ description: 'Members are reminded so from now on.' })
@Access('PUBLIC')
class ReminderDaysSet {
  @Field(() => Programme, { description: 'The programme.' }) programme!: Programme;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

const ReminderConnection = connectionOf(Reminder, 'Reminder');

@Resolver(() => Me)
export class MyReminders {
  @FieldResolver(() => ReminderConnection, { nullable: true, description: "That the caller's points expire soon, newest first." })
  @Access('OWN', 'me.read')
  async reminders(@Root() { uid }: Me, @Args() page: PageArgs, @Ctx() { em }: Context): Promise<Page<Reminder> | null> {
    if (uid === undefined) return null;
    const after = decodeIdCursor(page.after);
    const found = await rows<{
      id: string;
      lot: string;
      programme: string;
      points: string;
      expires_at: string;
      days_before: number;
      at: string;
    }>(
      em,
      `select id, lot, programme, points, expires_at, days_before, at from reminder where member_uid = ?${after === undefined ? '' : ' and id < ?'} order by id desc limit ?`,
      [uid, ...(after === undefined ? [] : [after]), pageLimit(page)],
    );
    const reminders = found.map((row) =>
      as(Reminder, {
        id: row.id,
        memberUid: uid,
        lotId: row.lot,
        programmeId: row.programme,
        points: BigInt(row.points),
        expiresAt: new Date(row.expires_at),
        daysBefore: row.days_before,
        at: new Date(row.at),
      }),
    );
    return pageOf(reminders, page, ({ id }) => encodeCursor(id));
  }
}

@Resolver(() => Reminder)
export class ReminderResolver {
  @FieldResolver(() => Programme, { description: 'The programme of the points.' })
  programme(@Root() { programmeId }: Reminder, @Ctx() { loaders }: Context): Promise<Programme | null> {
    return loaders.programme.load(programmeId);
  }

  @FieldResolver(() => Lot, { nullable: true, description: 'The lot as it is now.' })
  lot(@Root() { memberUid, lotId }: Reminder, @Ctx() { loaders }: Context): Promise<Lot | null> {
    return loaders.lot.load(`${memberUid} ${lotId}`);
  }

  @Mutation(() => ReminderDaysSet, {
    description:
      'Says how many days before the expiry of points their members are reminded: 30, 7 and 1 unless the issuer says otherwise. For example, with `days: [30, 7]` a member is told of points 30 days and 7 days before they expire, once each, however often the job runs.',
  })
  @Scopes('programmes.write:own')
  async setReminderDays(
    @Arg('programme', () => ID, { description: 'The programme.' }) id: string,
    @Arg('days', () => [Int], { description: 'At most 10 different numbers from 1 to 366; none: nobody is reminded.' }) days: number[],
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ReminderDaysSet> {
    const programme = await context.loaders.programme.load(id);
    if (!programme) throw badInput('There is no such programme', { argument: 'programme' });
    mustActFor(context.viewer, 'programmes.write', programme.issuerId);
    const { replayed } = await setReminderDays(context, writeKey(info, context.viewer), { programme: id, days }, programme.issuerId);
    return as(ReminderDaysSet, { programme, replayed });
  }
}

@Resolver(() => Programme)
export class ProgrammeReminders {
  @FieldResolver(() => [Int], { description: 'How many days before the expiry of points their members are reminded.' })
  async reminderDays(@Root() { id }: Programme, @Ctx() { loaders }: Context): Promise<readonly number[]> {
    return (await loaders.reminderDays.load(id))?.days ?? defaultSteps;
  }
}
