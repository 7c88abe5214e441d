import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, ID, Info, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access, Inaccessible, Internal, Scopes } from '../kernel/access.js';
import { type Consented, consentBatch } from '../kernel/consents.js';
import { badInput } from '../kernel/errors.js';
import { writeKey } from '../kernel/idempotency.js';
import { connectionOf, decodeIdCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../kernel/page.js';
import { Refusal } from '../kernel/refusal.js';
import { say } from '../kernel/text.js';
import { as, resultOf } from '../kernel/union.js';
import { Consent, ConsentClassEnum, PurposeEnum } from './consent.entity.js';
import { type ConsentClass, inForce, type Purpose } from './consents.js';
import type { Context } from './context.js';
import { grantConsent } from './grant-consent.js';
import { Me } from './me.resolver.js';
import { Member } from './member.entity.js';
import { PartnerStub } from './partner.stub.js';
import { consentsAt, consentsFromTable } from './read-consents.js';
import { answersFor, whoseConsent } from './whose-consent.js';
import { withdrawConsent } from './withdraw-consent.js';

@ObjectType({ description: 'The consent holds from now on.' })
@Access('PUBLIC')
class ConsentGranted {
  @Field(() => Consent, { description: 'The consent, which is the receipt.' }) consent!: Consent;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: "A child's data takes a separate consent of the guardian: `guardian: true`.", implements: Refusal })
@Access('PUBLIC')
export class GuardianRequired extends Refusal {}

@ObjectType({ description: 'The consent holds no longer.' })
@Access('PUBLIC')
class ConsentWithdrawn {
  @Field(() => Date, { description: 'From when what it opened is closed.' }) effectiveAt!: Date;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'For other subgraphs: what a recipient may use for one purpose.' })
@Inaccessible()
@Access('INTERNAL')
class ConsentedPurpose {
  @Field(() => PurposeEnum, { description: 'What for.' }) purpose!: Purpose;
  @Field(() => [ConsentClassEnum], { description: 'Classes of fields.' }) classes!: ConsentClass[];
}

@ObjectType({ description: 'For other subgraphs: what one member lets one recipient read now.' })
@Inaccessible()
@Access('INTERNAL')
class MemberConsent {
  @Field(() => ID, { description: 'The member.' }) member!: string;
  @Field(() => [ConsentClassEnum], { description: 'Classes that are open, for whatever purpose.' }) open!: Consented['open'];
  @Field(() => [ConsentClassEnum], { description: "Classes that are open of a child's data." }) guardian!: Consented['guardian'];
  @Field(() => [ConsentedPurpose], { description: 'The open classes by purpose.' }) purposes!: Consented['purposes'];
}

const GrantConsentResult = resultOf('GrantConsentResult', 'What became of a consent.', ConsentGranted, GuardianRequired);
const ConsentConnection = connectionOf(Consent, 'Consent');

export const guardianRequired = ({ viewer }: Context): GuardianRequired =>
  as(GuardianRequired, {
    code: 'GUARDIAN_REQUIRED',
    message: say(viewer.language, '涉及未成年人的信息须由监护人单独同意', "A child's data takes a separate consent of the guardian"),
  });

@Resolver(() => Consent)
export class ConsentResolver {
  @Mutation(() => GrantConsentResult, {
    description: 'Lets one partner use classes of data for one purpose, from now until a time or until withdrawn.',
  })
  @Scopes('me.consent', 'consent.write:all')
  async grantConsent(
    @Arg('recipient', () => ID, { description: 'Partner that may read.' }) recipient: string,
    @Arg('purpose', () => PurposeEnum, { description: 'What for.' }) purpose: Purpose,
    @Arg('classes', () => [ConsentClassEnum], { description: 'What is opened, at least one class.' }) classes: ConsentClass[],
    @Arg('until', () => Date, { nullable: true, description: 'First instant at which it no longer holds; until withdrawn where absent.' })
    until: Date | undefined,
    @Arg('guardian', () => Boolean, {
      defaultValue: false,
      description: "A guardian's consent: it opens a child's data and nothing of the guardian's own.",
    })
    guardian: boolean,
    @Arg('member', () => String, { nullable: true, description: 'Whose consent staff record; a member gives its own.' })
    member: string | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConsentGranted | GuardianRequired> {
    const memberUid = await whoseConsent(context, member);
    const granting = { memberUid, recipient, purpose, classes, until: until ?? null, guardian };
    const { outcome, replayed } = await grantConsent(context, writeKey(info, context.viewer), granting);
    if (outcome.kind === 'refused') return guardianRequired(context);
    return as(ConsentGranted, { consent: await context.em.findOneOrFail(Consent, { id: outcome.id }), replayed });
  }

  @Mutation(() => ConsentWithdrawn, { description: 'Ends a consent; the next read of what it opened is closed.' })
  @Scopes('me.consent', 'consent.write:all')
  async withdrawConsent(
    @Arg('id', () => ID, { description: 'Id of the consent.' }) id: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConsentWithdrawn> {
    const { outcome, replayed } = await withdrawConsent(context, writeKey(info, context.viewer), id, answersFor(context));
    return { effectiveAt: outcome.effectiveAt, replayed };
  }

  @Query(() => [MemberConsent], { description: 'For other subgraphs: what members let a recipient read, now or at an instant.' })
  @Internal()
  async consentsFor(
    @Arg('memberUids', () => [ID], { description: 'Members, 200 at the most.' }) memberUids: string[],
    @Arg('recipient', () => ID, { description: 'The partner.' }) recipient: string,
    @Arg('at', () => Date, { nullable: true, description: 'As it had been agreed at this instant; as it may be read now where absent.' })
    at: Date | undefined,
    @Ctx() { em }: Context,
  ): Promise<MemberConsent[]> {
    if (memberUids.length > consentBatch) throw badInput(`At most ${consentBatch} members at once`, { argument: 'memberUids' });
    const found = at ? await consentsAt(em, memberUids, recipient, at) : await consentsFromTable(em)(memberUids, recipient);
    return [...found].map(([member, { open, guardian, purposes }]) => ({ member, open, guardian, purposes }));
  }

  @FieldResolver(() => PartnerStub, { description: 'The partner that may read.' })
  partner(@Root() { recipient }: Consent): PartnerStub {
    return { id: recipient };
  }

  @FieldResolver(() => Boolean, { description: 'Whether it holds now.' })
  async inForce(@Root() consent: Consent, @Ctx() { loaders }: Context): Promise<boolean> {
    return inForce(consent, await loaders.now());
  }
}

@Resolver(() => Me)
export class MyConsents {
  @FieldResolver(() => ConsentConnection, {
    nullable: true,
    description: 'Consents given, newest first; absent where the caller is no member.',
  })
  @Access('OWN', 'me.consent')
  consents(@Root() { viewer }: Me, @Args(() => PageArgs) page: PageArgs, @Ctx() context: Context): Promise<Page<Consent>> | null {
    return viewer.uid === undefined ? null : pageOfMember(context, viewer.uid, page);
  }
}

@Resolver(() => Member)
export class MemberConsents {
  @FieldResolver(() => ConsentConnection, { nullable: true, description: 'Consents given, newest first.' })
  @Access('COMPLIANCE', 'compliance.read:all')
  consents(@Root() { uid }: Member, @Args(() => PageArgs) page: PageArgs, @Ctx() context: Context): Promise<Page<Consent>> {
    return pageOfMember(context, uid, page);
  }
}

/** Ids are UUIDv7, so their order is that of giving. */
async function pageOfMember({ em }: Context, memberUid: string, page: PageArgs): Promise<Page<Consent>> {
  const after = decodeIdCursor(page.after);
  if (after !== undefined && (await em.count(Consent, { memberUid, id: after })) === 0)
    throw badInput('`after` is not a cursor of this list', { argument: 'after' });
  const found = await em.find(
    Consent,
    { memberUid, ...(after === undefined ? {} : { id: { $lt: after } }) },
    { orderBy: { id: 'desc' }, limit: pageLimit(page) },
  );
  return pageOf(found, page, ({ id }) => encodeCursor(id));
}
