import { Arg, Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../../kernel/access.js';
import { type Consented, consentsFromMembers } from '../../../kernel/consents.js';
import { badInput, DomainError } from '../../../kernel/errors.js';
import { FenScalar } from '../../../kernel/scalars.js';
import { as } from '../../../kernel/union.js';
import type { Context } from '../../context.js';
import { Partner } from '../../foreign.stub.js';
import type { MemberKey } from '../../member.stub.js';
import { Member } from '../member.stub.js';
import { type Profile, profileOf } from './profile.js';
import { merchantsOf, purchasesOf } from './read-purchases.js';

/** Reached only through its profile, which is guarded. */
@ObjectType({ description: 'A size or a colour that a member chose.' })
@Access('PUBLIC')
class LikedTrait {
  @Field(() => String, { description: 'As the shop writes it.' }) value!: string;
  @Field(() => Int, { description: 'Baskets with something of it.' }) purchases!: number;
}

/** Reached only through its profile, which is guarded. */
@ObjectType({ description: 'How much a member likes one category.' })
@Access('PUBLIC')
class LikedCategory {
  @Field(() => String, { description: 'Category of the articles.' }) category!: string;
  @Field(() => Int, { description: 'Baskets with something of it.' }) purchases!: number;
  @Field(() => FenScalar, { description: 'What was spent on it.' }) spentFen!: bigint;
  @Field(() => Int, { description: 'Its share of what was spent on all categories, in basis points.' }) shareBasisPoints!: number;
  @Field(() => [LikedTrait], { description: 'Sizes chosen in it, the one of most baskets first.' }) sizes!: readonly LikedTrait[];
  @Field(() => [LikedTrait], { description: 'Colours chosen in it, the one of most baskets first.' }) colours!: readonly LikedTrait[];
}

@ObjectType({
  description: "What a member's own baskets at one partner tell; only while the member agrees that this partner keeps it (PREFERENCES).",
})
@Access('OWN', 'member.read:own', 'me.read')
export class PreferenceProfile {
  memberUid!: string;
  partnerId!: string;
  @Field(() => Partner, { description: 'The partner that has it; nobody else but the member reads it.' }) partner!: Partner;
  @Field(() => Int, { description: 'Baskets.' }) purchases!: number;
  @Field(() => FenScalar, { description: 'What a basket came to on average, rounded down.' }) averageFen!: bigint;
  @Field(() => Int, { nullable: true, description: 'Whole days from one purchase to the next on average; absent after a single one.' })
  everyDays!: number | null;
  @Field(() => Date, { description: 'When the last one was.' }) lastAt!: Date;
  @Field(() => [LikedCategory], { description: 'Categories, the one with most spent first.' }) categories!: LikedCategory[];
}

const agreed = (consented: Consented | undefined): boolean => consented?.purposes.some(({ purpose }) => purpose === 'PREFERENCES') ?? false;

@Resolver(() => Member)
export class MemberProfiles {
  @FieldResolver(() => [PreferenceProfile], {
    nullable: true,
    description:
      "What the member's baskets tell, partner by partner: the member reads all that partners have, a partner its own. Computed when read, so that nothing is left of it once the consent is withdrawn.",
  })
  @Scopes('member.read:own', 'me.read')
  async preferenceProfiles(
    @Root() { uid }: MemberKey,
    @Arg('months', () => Int, { defaultValue: 12, description: 'Of how many months until now, 1 to 60.' }) months: number,
    @Ctx() context: Context,
  ): Promise<PreferenceProfile[]> {
    if (months < 1 || months > 60) throw badInput('`months` is 1 to 60', { argument: 'months' });
    const profiles = await Promise.all(
      (await partnersWithConsent(context, uid, months)).map(async (partnerId) => {
        const profile = profileOf(await purchasesOf(context.em, uid, partnerId, months));
        return profile && shown(uid, partnerId, profile);
      }),
    );
    return profiles.filter((profile) => profile !== null);
  }
}

/** Partners whose profile of the member the viewer reads. The operator's staff are no partner to which anybody agreed, and so find none. */
async function partnersWithConsent(context: Context, uid: string, months: number): Promise<readonly string[]> {
  const { viewer, consents, em, peers } = context;
  const refused = { coordinate: 'Member.preferenceProfiles', needs: ['consent:PREFERENCES'], has: viewer.scopes };
  if (viewer.kind === 'member' && viewer.uid === uid) {
    const source = consentsFromMembers(peers, viewer);
    const merchants = await merchantsOf(em, uid, months);
    const found = await Promise.all(merchants.map(async (partner) => agreed((await source([uid], partner)).get(uid))));
    return merchants.filter((_, at) => found[at]);
  }
  if (viewer.partner === undefined) return [];
  if (!agreed(await consents.load(uid))) throw new DomainError('CONSENT_REQUIRED', undefined, refused);
  return [viewer.partner];
}

const shown = (memberUid: string, partnerId: string, { categories, ...facts }: Profile): PreferenceProfile =>
  as(PreferenceProfile, {
    memberUid,
    partnerId,
    partner: as(Partner, { id: partnerId }),
    ...facts,
    categories: categories.map((category) => as(LikedCategory, { ...category })),
  });
