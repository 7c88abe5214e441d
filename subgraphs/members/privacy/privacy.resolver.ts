import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { v7 as uuid } from 'uuid';
import { Access, Scopes } from '../../kernel/access.js';
import { mustBeOperator } from '../../kernel/acting-for.js';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, writeKey } from '../../kernel/idempotency.js';
import { personalPage, rowsOf, sectionsOf } from '../../kernel/personal-data.js';
import { NotEnrolled } from '../../kernel/refusal.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { findMember } from '../find-member.js';
import { eraseMember } from './erase-member.js';
import { rowsElsewhere, sectionsElsewhere } from './everywhere.js';

/** Columns that no export gives out: a score is never shown, to nobody, and who of the staff acted is not the member's to learn. */
export const withheld = ['credit_record.score', 'erasure.asked_by', 'tier_proposal.decided_by'];

@ObjectType({ description: 'A part of what is kept of a member.' })
@Access('PUBLIC')
class ExportSection {
  @Field(() => String, { description: 'Who keeps it.' }) subgraph!: string;
  @Field(() => String, { description: 'What it is; with `subgraph` the name of the section.' }) section!: string;
  @Field(() => Int, { description: 'How many records.' }) count!: number;
}

@ObjectType({ description: 'What is kept of a member, by section; read each with `exportSection`.' })
@Access('PUBLIC')
class MemberExported {
  @Field(() => ID, { description: 'Id of the export, which is in the audit trail.' }) id!: string;
  @Field(() => Date, { description: 'When it was asked for.' }) at!: Date;
  @Field(() => [ExportSection], { description: 'The sections, none left out.' }) sections!: ExportSection[];
  @Field(() => Boolean, { description: 'Whether this export was asked for before under the same key; the sections are of now.' })
  replayed!: boolean;
}

@ObjectType({ description: 'A page of a section.' })
@Access('PUBLIC')
class ExportPage {
  @Field(() => [String], { description: 'Records, each as JSON.' }) records!: string[];
  @Field(() => Int, { nullable: true, description: 'Pass it as `offset` to read on; absent at the end.' }) next!: number | null;
}

@ObjectType({ description: 'The member is forgotten; what books rest on names nobody any more.' })
@Access('PUBLIC')
class MemberErased {
  @Field(() => Date, { description: 'When it was done.' }) at!: Date;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'Something that is open.' })
@Access('PUBLIC')
class OpenMatterOfMember {
  @Field(() => String, {
    description: 'POINTS, HELD_POINTS, ARREARS, REDEMPTION, COUPON, PHONE_CREDIT, UNITS, COMPENSATION, REVIEW or the like.',
  })
  what!: string;
  @Field(() => String, { description: 'Of what, or how much; empty where there is nothing to say of it.' }) detail!: string;
}

@ObjectType({ description: 'The wish is kept and carried out as soon as nothing is open.' })
@Access('PUBLIC')
class EraseDeferred {
  @Field(() => [OpenMatterOfMember], { description: 'What is open now.' }) open!: OpenMatterOfMember[];
  @Field(() => Boolean, { description: 'Whether the wish was kept before under the same key.' }) replayed!: boolean;
}

const ExportMemberResult = resultOf('ExportMemberResult', 'What became of an export.', MemberExported, NotEnrolled);
const EraseMemberResult = resultOf('EraseMemberResult', 'What became of an erasure.', MemberErased, EraseDeferred, NotEnrolled);

/** A member names nobody and means itself; the operator's people name whom. */
async function whom(context: Context, ref: string | undefined): Promise<string | null> {
  const { viewer } = context;
  if (viewer.kind === 'member') return ref === undefined ? (viewer.uid as string) : findMember(context, ref);
  mustBeOperator(viewer);
  if (ref === undefined) throw badInput('Say whose: `member` is missing', { argument: 'member' });
  return findMember(context, ref);
}

const unknown = ({ viewer }: Context): NotEnrolled =>
  as(NotEnrolled, { code: 'NOT_ENROLLED', message: say(viewer.language, '没有这位会员', 'There is no such member') });

@Resolver()
export class PrivacyResolver {
  @Mutation(() => ExportMemberResult, {
    description: 'Lists all that is kept of a member, in every part of the graph; it is written down who asked.',
  })
  @Scopes('me.consent', 'privacy.write:all')
  async exportMember(
    @Arg('member', () => String, { nullable: true, description: 'Whom, for the operator: pairwise id or `partner/number`.' }) ref:
      | string
      | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MemberExported | NotEnrolled> {
    const { em, viewer, peers } = context;
    const key = writeKey(info, viewer);
    const memberUid = await whom(context, ref);
    const { outcome, replayed } = await once(em, key, { member: ref ?? null }, async (tx) => {
      if (memberUid === null) return { kind: 'refused' as const, code: 'NOT_ENROLLED' };
      const id = uuid();
      await auditChange(tx, key, { before: null, after: { export: id, memberUid } });
      return { kind: 'exported' as const, id, at: await now(tx) };
    });
    if (outcome.kind === 'refused' || memberUid === null) return unknown(context);
    const own = (await sectionsOf(em, memberUid, withheld)).map(({ table, count }) => ({ subgraph: 'members', table, count }));
    const sections = [{ subgraph: 'members', table: 'member', count: 1 }, ...own, ...(await sectionsElsewhere(peers, viewer, memberUid))];
    const listed = sections.map(({ subgraph, table, count }) => ({ subgraph, section: table, count }));
    return as(MemberExported, { id: outcome.id, at: outcome.at, sections: listed, replayed });
  }

  @Query(() => ExportPage, {
    nullable: true,
    description: 'A page of one section of what is kept of a member; null where nobody is meant.',
  })
  @Scopes('me.consent', 'privacy.write:all')
  async exportSection(
    @Arg('subgraph', () => String, { description: 'Who keeps it.' }) subgraph: string,
    @Arg('section', () => String, { description: 'What it is.' }) section: string,
    @Arg('offset', () => Int, { defaultValue: 0, description: 'Records to leave out.' }) offset: number,
    @Arg('member', () => String, { nullable: true, description: 'Whose, for the operator: pairwise id or `partner/number`.' }) ref:
      | string
      | undefined,
    @Ctx() context: Context,
  ): Promise<ExportPage | null> {
    const { em, viewer, peers, loaders } = context;
    if (offset < 0) throw badInput('`offset` is not negative', { argument: 'offset' });
    const memberUid = await whom(context, ref);
    if (memberUid === null) return null;
    if (subgraph === 'members' && section === 'member') {
      const member = await loaders.member.load(memberUid);
      const { name, phone, enrolledAt } = member ?? {};
      return { records: offset === 0 ? [JSON.stringify({ name, phone, enrolled_at: enrolledAt })] : [], next: null };
    }
    const found =
      subgraph === 'members'
        ? await rowsOf(em, memberUid, section, offset, withheld)
        : await rowsElsewhere(peers, viewer, memberUid, subgraph, section, offset);
    if (found === null) throw badInput('There is no such section', { argument: 'subgraph' });
    return { records: found, next: found.length < personalPage ? null : offset + personalPage };
  }

  @Mutation(() => EraseMemberResult, {
    description: 'Forgets a member in every part of the graph, once nothing is open; until then the wish is kept. The books stay provable.',
  })
  @Scopes('me.consent', 'privacy.write:all')
  async eraseMember(
    @Arg('member', () => String, { nullable: true, description: 'Whom, for the operator: pairwise id or `partner/number`.' }) ref:
      | string
      | undefined,
    @Arg('forfeit', () => Boolean, {
      defaultValue: false,
      description:
        'Whether what is left is given up: points, coupons, phone credit, units. What is held or under way must end first all the same.',
    })
    forfeit: boolean,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MemberErased | EraseDeferred | NotEnrolled> {
    const memberUid = await whom(context, ref);
    const { outcome, replayed } = await eraseMember(context, writeKey(info, context.viewer), { memberUid, ref: ref ?? null, forfeit });
    if (outcome.kind === 'refused') return unknown(context);
    if (outcome.kind === 'deferred') return as(EraseDeferred, { open: outcome.open.map((one) => ({ ...one })), replayed });
    return as(MemberErased, { at: outcome.at, replayed });
  }
}
