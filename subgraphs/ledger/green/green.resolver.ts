import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { mustActFor, mustBeOperator } from '../../kernel/acting-for.js';
import { now } from '../../kernel/clock.js';
import { enumOf } from '../../kernel/enum.js';
import { badInput } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Programme } from '../partners/programme.entity.js';
import { shownAbove } from './group-floor.js';
import { groupFloor, labelsOf, type ProgrammeLabelName, setGroupFloor, setLabels } from './labels.js';
import { greenRows } from './read-report.js';

const ProgrammeLabel = enumOf<ProgrammeLabelName>('ProgrammeLabel', 'What a programme is for, beyond its points.', {
  GREEN: 'Green consumption: it counts as such in reports.',
});

@ObjectType({ description: 'Green points of one programme in a month.' })
@Access('FINANCE')
export class GreenReportRow {
  @Field(() => Boolean, {
    description:
      'Whether the programme had the label when the month ended, so that all of its points count; else what certified green purchases gave.',
  })
  labelled!: boolean;
  @Field(() => Boolean, { description: 'Whether so few members had a part in it that no figure is shown.' }) suppressed!: boolean;
  @Field(() => Int, { nullable: true, description: 'Members.' }) members!: number | null;
  @Field(() => Int, { nullable: true, description: 'Purchases.' }) purchases!: number | null;
  @Field(() => PointsScalar, { nullable: true, description: 'Points.' }) points!: bigint | null;
  @Field(() => FenScalar, { nullable: true, description: 'What was spent on those purchases.' }) spentFen!: bigint | null;
  readonly programmeId!: string;
  readonly issuerId!: string;
}

@ObjectType({ description: 'Green consumption in a month, as far as points tell. For reporting only; nothing is decided by it.' })
@Access('PUBLIC')
class GreenReport {
  @Field(() => ID, { description: 'The month, `YYYY-MM` in Asia/Shanghai.' }) period!: string;
  @Field(() => Boolean, {
    description: 'Whether the month is over; there are no rows before, for two looks at a growing figure tell of one purchase.',
  })
  over!: boolean;
  @Field(() => [GreenReportRow], { description: 'Programme by programme.' }) rows!: GreenReportRow[];
}

const replayed = 'Whether this answer was given before under the same key.';

@ObjectType({ description: 'The labels stand.' })
@Access('PUBLIC')
class ProgrammeLabelsSet {
  @Field(() => Programme, { description: 'The programme.' }) programme!: Programme;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'The floor stands.' })
@Access('PUBLIC')
class ReportFloorSet {
  @Field(() => Int, { description: 'Members.' }) members!: number;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@Resolver(() => Programme)
export class GreenResolver {
  @Query(() => GreenReport, { description: 'Green consumption in a month; an issuer reads of its own programmes.' })
  @Scopes('finance.read:own')
  async greenReport(
    @Arg('period', () => ID, { description: 'The month, `YYYY-MM`.' }) period: string,
    @Ctx() { em, viewer, loaders }: Context,
  ): Promise<GreenReport> {
    if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(period)) throw badInput('A period is a month such as 2026-11', { argument: 'period' });
    const local = new Date((await now(em)).getTime() + 8 * 3_600_000).toISOString().slice(0, 7);
    if (period >= local) return as(GreenReport, { period, over: false, rows: [] });
    const [floor, found] = await Promise.all([groupFloor(em), greenRows(em, period, viewer.partner ?? null)]);
    const rows = await Promise.all(
      found.map(async ({ programme: programmeId, labelled, ...figures }) => {
        const shown = shownAbove(floor, figures);
        const none = { members: null, purchases: null, points: null, spentFen: null };
        const issuerId = (await loaders.programme.load(programmeId))?.issuerId ?? '';
        return as(GreenReportRow, { programmeId, issuerId, labelled, suppressed: shown === null, ...(shown ?? none) });
      }),
    );
    return as(GreenReport, { period, over: true, rows });
  }

  @Mutation(() => ProgrammeLabelsSet, {
    description:
      'Says what a programme is for, in place of what was said before. Points stay as they are. For example, a programme labelled `GREEN` is in the green report of this month and of later ones, once they are over; those before stay as they were.',
  })
  @Scopes('programmes.write:own')
  async setProgrammeLabels(
    @Arg('programme', () => ID, { description: 'The programme.' }) id: string,
    @Arg('labels', () => [ProgrammeLabel], { description: 'All of its labels.' }) labels: ProgrammeLabelName[],
    @Ctx() { em, viewer, loaders }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ProgrammeLabelsSet> {
    const programme = await loaders.programme.load(id);
    if (!programme) throw badInput('There is no such programme', { argument: 'programme' });
    mustActFor(viewer, 'programmes.write', programme.issuerId);
    const { replayed } = await setLabels(em, writeKey(info, viewer), { programme: id, issuer: programme.issuerId, labels });
    return as(ProgrammeLabelsSet, { programme, replayed });
  }

  @Mutation(() => ReportFloorSet, {
    description:
      'Says from how many members on reports show figures of a group; 10 where nobody set it. For example, with `members: 3` the green points of 2 members are not shown, and with 2 they are.',
  })
  @Scopes('compliance.write:all')
  async setReportFloor(
    @Arg('members', () => Int, { description: 'Members, 2 to 100000.' }) members: number,
    @Ctx() { em, viewer }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ReportFloorSet> {
    mustBeOperator(viewer);
    const { replayed } = await setGroupFloor(em, writeKey(info, viewer), members);
    return as(ReportFloorSet, { members, replayed });
  }

  @FieldResolver(() => [ProgrammeLabel], { description: 'What it is for, beyond its points.' })
  labels(@Root() { id }: Programme, @Ctx() { em }: Context): Promise<ProgrammeLabelName[]> {
    return labelsOf(em, id);
  }
}

@Resolver(() => GreenReportRow)
export class GreenReportRowResolver {
  @FieldResolver(() => Programme, { description: 'The programme.' })
  programme(@Root() { programmeId }: GreenReportRow, @Ctx() { loaders }: Context): Promise<Programme | null> {
    return loaders.programme.load(programmeId);
  }
}
