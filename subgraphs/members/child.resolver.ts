import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, InputType, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import type { Owner } from '../../schema/decide.js';
import { Access, Scopes } from '../kernel/access.js';
import { actingFor } from '../kernel/acting-for.js';
import { writeKey } from '../kernel/idempotency.js';
import { NotEnrolled } from '../kernel/refusal.js';
import { say } from '../kernel/text.js';
import { as, resultOf } from '../kernel/union.js';
import { Child } from './child.entity.js';
import { GuardianRequired, guardianRequired } from './consent.resolver.js';
import type { Context } from './context.js';
import { findMember } from './find-member.js';
import { Member } from './member.entity.js';
import { recordChild } from './record-child.js';

@InputType({ description: "A child's birthday, for birthday benefits." })
class RecordChildInput {
  @Field(() => String, { nullable: true, description: 'The guardian; the caller itself where absent.' }) member?: string;
  @Field(() => String, { description: 'Month and day, such as 05-17. A year is refused.' }) birthMonthDay!: string;
  @Field(() => ID, {
    nullable: true,
    description:
      "The guardian's consent (`grantConsent` with `guardian: true` and the purpose CHILD_BENEFITS); the latest that is in force where absent. The day is for its recipient alone, and goes when it ends.",
  })
  guardianConsent?: string;
}

@ObjectType({ description: 'Month and day are kept.' })
@Access('PUBLIC')
class ChildRecorded {
  @Field(() => Child, { nullable: true, description: 'The record; absent where the consent that it was kept under has ended since.' })
  child!: Child | null;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

const RecordChildResult = resultOf('RecordChildResult', "What became of a child's record.", ChildRecorded, GuardianRequired, NotEnrolled);

@Resolver(() => Child)
export class ChildResolver {
  @Mutation(() => RecordChildResult, { description: "Keeps month and day of a child's birth under the guardian's separate consent." })
  @Scopes('me.consent', 'member.enrol:own')
  async recordChild(
    @Arg('input', () => RecordChildInput, { description: 'Whose child, and its day.' }) input: RecordChildInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChildRecorded | GuardianRequired | NotEnrolled> {
    const { viewer } = context;
    if (viewer.kind !== 'member') actingFor(viewer, 'member.enrol', viewer.partner ?? 'operator');
    const { member, ...facts } = input;
    const memberUid = member === undefined ? (viewer.uid ?? null) : await findMember(context, member);
    const key = writeKey(info, viewer);
    const { outcome, replayed } = await recordChild(context, key, { ...facts, memberUid, recipient: viewer.partner ?? null });
    if (outcome.kind === 'recorded') return as(ChildRecorded, { child: await context.em.findOne(Child, { id: outcome.id }), replayed });
    if (outcome.code === 'GUARDIAN_REQUIRED') return guardianRequired(context);
    return as(NotEnrolled, { code: outcome.code, message: say(viewer.language, '没有这位会员', 'There is no such member') });
  }
}

@Resolver(() => Member)
export class MemberChildren {
  @FieldResolver(() => [Child], {
    nullable: true,
    description:
      "Children's birthdays, each as long as the guardian's consent that it is kept under; a partner reads those kept under consents to it.",
  })
  @Access('PII')
  children(@Root() { uid }: Member, @Ctx() { loaders }: Context): Promise<Child[]> {
    return loaders.children.load(uid);
  }
}

/** A consent to the member's own data opens nothing of a child's: only the guardian's separate one does. */
export async function ownerOfChildren(uid: string, { viewer, loaders, consents }: Context): Promise<Owner> {
  const owner = { member: uid, partners: (await loaders.links.load(uid)).map((link) => link.partner) };
  if (viewer.partner === undefined || !owner.partners.includes(viewer.partner)) return owner;
  const { guardian } = await consents.load(uid);
  return { ...owner, consented: (fieldClass) => guardian.includes(fieldClass) };
}
