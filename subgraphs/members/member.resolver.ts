import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, InputType, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { recipientOf } from '../../schema/viewer.js';
import { Access, Authenticated, Internal, Scopes } from '../kernel/access.js';
import { actingFor } from '../kernel/acting-for.js';
import { writeKey } from '../kernel/idempotency.js';
import { NotEnrolled, Refusal } from '../kernel/refusal.js';
import { say } from '../kernel/text.js';
import { as, resultOf } from '../kernel/union.js';
import type { Context } from './context.js';
import { enrolMember } from './enrol-member.js';
import { findMember } from './find-member.js';
import { linkMember } from './link-member.js';
import { Member } from './member.entity.js';

@InputType({ description: 'A person who joins at a partner.' })
class EnrolMemberInput {
  @Field(() => ID, { nullable: true, description: 'Partner at which the person joins; the caller itself where absent.' }) partner?: string;
  @Field(() => String, { description: "The partner's own customer number." }) ref!: string;
  @Field(() => String, { description: 'Full name.' }) name!: string;
  @Field(() => String, { nullable: true, description: 'Mobile number.' }) phone?: string;
}

@ObjectType({ description: 'The person is a member.' })
@Access('PUBLIC')
class MemberEnrolled {
  @Field(() => Member, { description: 'The member.' }) member!: Member;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'The partner already uses this customer number.', implements: Refusal })
@Access('PUBLIC')
class AlreadyEnrolled extends Refusal {}

@ObjectType({ description: 'The partner knows the member now.' })
@Access('PUBLIC')
class MemberLinked {
  @Field(() => Member, { description: 'The member.' }) member!: Member;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

const LinkMemberResult = resultOf('LinkMemberResult', 'What became of a link.', MemberLinked, AlreadyEnrolled, NotEnrolled);
const EnrolMemberResult = resultOf('EnrolMemberResult', 'What became of an enrolment.', MemberEnrolled, AlreadyEnrolled);

@Resolver(() => Member)
export class MemberResolver {
  @Query(() => Member, {
    nullable: true,
    description: "A member by the caller's pairwise id or by the partner's own customer number; null where there is none.",
  })
  @Scopes('member.read:own')
  async member(
    @Arg('ref', () => String, { description: 'Pairwise id (`mbr_…`) or customer number.' }) ref: string,
    @Ctx() context: Context,
  ): Promise<Member | null> {
    const uid = await findMember(context, ref);
    return uid === null ? null : context.loaders.member.load(uid);
  }

  @Query(() => ID, { nullable: true, description: 'For other subgraphs: the uid behind a reference that the viewer gave.' })
  @Internal()
  findMemberUid(
    @Arg('ref', () => String, { description: 'Pairwise id or customer number.' }) ref: string,
    @Ctx() context: Context,
  ): Promise<string | null> {
    return findMember(context, ref);
  }

  @Mutation(() => EnrolMemberResult, { description: 'Enrols a person at a partner.' })
  @Scopes('member.enrol:own')
  async enrolMember(
    @Arg('input', () => EnrolMemberInput, { description: 'Who joins where.' }) input: EnrolMemberInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MemberEnrolled | AlreadyEnrolled> {
    const { viewer, loaders } = context;
    const partner = actingFor(viewer, 'member.enrol', input.partner);
    const { outcome, replayed } = await enrolMember(context, writeKey(info, viewer), { ...input, partner });
    if (outcome.kind === 'refused') {
      return as(AlreadyEnrolled, {
        code: outcome.code,
        message: say(viewer.language, '该客户号已登记', 'This customer number is enrolled already'),
      });
    }
    return as(MemberEnrolled, { member: (await loaders.member.load(outcome.uid)) as Member, replayed });
  }

  @Mutation(() => LinkMemberResult, { description: 'Makes a member known to one more partner, under that partner’s own customer number.' })
  @Scopes('member.enrol:all')
  async linkMember(
    @Arg('member', () => String, { description: 'Whom, as the caller names members.' }) ref: string,
    @Arg('partner', () => ID, { description: 'Partner that shall know the member.' }) partner: string,
    @Arg('ref', () => String, { description: "The partner's own customer number." }) partnerRef: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MemberLinked | AlreadyEnrolled | NotEnrolled> {
    const { viewer, loaders } = context;
    const link = { uid: await findMember(context, ref), partner, ref: partnerRef };
    const { outcome, replayed } = await linkMember(context, writeKey(info, viewer), link);
    if (outcome.kind === 'linked') return as(MemberLinked, { member: (await loaders.member.load(outcome.uid)) as Member, replayed });
    const { code } = outcome;
    if (code === 'NOT_ENROLLED') return as(NotEnrolled, { code, message: say(viewer.language, '没有这位会员', 'There is no such member') });
    return as(AlreadyEnrolled, { code, message: say(viewer.language, '该客户号已登记', 'This customer number is enrolled already') });
  }

  @FieldResolver(() => ID, { description: 'The id under which the caller knows this member; every partner sees another one.' })
  @Authenticated()
  id(@Root() { uid }: Member, @Ctx() { ids, viewer }: Context): string {
    return ids.seal(uid, recipientOf(viewer));
  }

  @FieldResolver(() => String, { nullable: true, description: "The calling partner's own customer number for this member." })
  async ref(@Root() { uid }: Member, @Ctx() { loaders, viewer }: Context): Promise<string | null> {
    return (await loaders.links.load(uid)).find((link) => link.partner === viewer.partner)?.ref ?? null;
  }
}

export const references = {
  Member: ({ uid }: { uid: string }, { loaders }: Context) => loaders.visibleMember.load(uid),
};
