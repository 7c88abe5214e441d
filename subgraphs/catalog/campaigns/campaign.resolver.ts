import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, ID, Info, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { actingFor } from '../../kernel/acting-for.js';
import { DisclosureMissing, disclosureMissing } from '../../kernel/gate-refusals.js';
import { writeKey } from '../../kernel/idempotency.js';
import { connectionOf, decodeCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { Refusal, SelfApproval } from '../../kernel/refusal.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { say, Text } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { LabelMismatch, labelMismatch } from '../label-mismatch.js';
import { Item } from '../items/item.entity.js';
import { ParityViolation, parityViolation } from '../parity-violation.js';
import { PartnerStub } from '../partner.stub.js';
import { Campaign, CampaignDisclosure, CampaignStateEnum } from './campaign.entity.js';
import { CreateCampaignInput, specOf } from './campaign-input.js';
import { newestVersion, publishedCampaigns, worksOn } from './campaign-list.js';
import { createCampaign } from './create-campaign.js';
import { withThreshold } from './disclosure.js';
import { publishCampaign } from './publish-campaign.js';
import { recordResult, resultOfCampaign } from './record-result.js';

const replayedDescription = 'Whether this answer was given before under the same key.';
const CampaignConnection = connectionOf(Campaign, 'Campaign');
@ObjectType({ description: 'What came of a campaign.' })
@Access('PUBLIC')
export class CampaignReport {
  @Field(() => Int, { description: 'Members that took part.' }) members!: number;
  @Field(() => FenScalar, { description: 'Sales.' }) salesFen!: bigint;
  @Field(() => PointsScalar, { description: 'Points given.' }) points!: bigint;
  @Field(() => FenScalar, { description: 'Sales per member, rounded down.' }) salesPerMemberFen!: bigint;
}

@ObjectType({ description: 'The draft is kept; somebody else may publish it.' })
@Access('PUBLIC')
class CampaignCreated {
  @Field(() => Campaign, { description: 'The draft.' }) campaign!: Campaign;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'Another partner uses this campaign id.', implements: Refusal })
@Access('PUBLIC')
class CampaignTaken extends Refusal {}

@ObjectType({ description: 'The campaign is in force, or will be from its beginning.' })
@Access('PUBLIC')
class Published {
  @Field(() => Campaign, { description: 'The campaign.' }) campaign!: Campaign;
  @Field(() => CampaignStateEnum, { description: 'Where it stands.' }) state!: keyof typeof CampaignStateEnum;
  @Field(() => [String], { description: 'What it was held against: DISCLOSURE, LABELS, PARITY.' }) checks!: string[];
  @Field(() => Boolean, { description: 'Whether this was done before.' }) replayed!: boolean;
}

@ObjectType({ description: 'What came of the campaign is kept.' })
@Access('PUBLIC')
class CampaignResultRecorded {
  @Field(() => CampaignReport, { description: 'The report.' }) report!: CampaignReport;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

const CreateCampaignResult = resultOf('CreateCampaignResult', 'What became of a draft.', CampaignCreated, CampaignTaken);
const PublishResult = resultOf(
  'PublishResult',
  'What became of a publication.',
  Published,
  SelfApproval,
  DisclosureMissing,
  LabelMismatch,
  ParityViolation,
);

@Resolver(() => Campaign)
export class CampaignResolver {
  @Query(() => Campaign, { nullable: true, description: 'A campaign by its id; a draft is there for those who work on it only.' })
  @Access('PUBLIC')
  async campaign(
    @Arg('id', () => ID, { description: 'Id of the campaign.' }) id: string,
    @Ctx() { em, viewer }: Context,
  ): Promise<Campaign | null> {
    const newest = await newestVersion(em, id);
    if (newest && newest.publishedAt === null && worksOn(viewer, newest.ownerId)) return newest;
    return (await publishedCampaigns(em, { id, limit: 1 }))[0] ?? null;
  }

  @Query(() => CampaignConnection, { description: 'The published campaigns of all partners, by id.' })
  @Access('PUBLIC')
  async campaigns(@Args(() => PageArgs) page: PageArgs, @Ctx() { em }: Context): Promise<Page<Campaign>> {
    const [after] = decodeCursor(page.after, 1) ?? [];
    const found = await publishedCampaigns(em, { limit: pageLimit(page), ...(after === undefined ? {} : { after }) });
    return pageOf(found, page, ({ id }) => encodeCursor(id));
  }

  @Mutation(() => CreateCampaignResult, {
    description:
      'Writes a campaign, or a new version of one; what runs goes on until the new version is published and begins. Staff only. For example, a campaign `Points get you a phone` without its threshold is refused on publication, with `threshold` as what is missing.',
  })
  @Scopes('campaign.write:own')
  async createCampaign(
    @Arg('input', () => CreateCampaignInput, { description: 'The campaign.' }) input: CreateCampaignInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CampaignCreated | CampaignTaken> {
    const { viewer } = context;
    const spec = specOf(input, actingFor(viewer, 'campaign.write', input.owner));
    const { outcome, replayed } = await createCampaign(context, writeKey(info, viewer), spec);
    if (outcome.kind === 'created')
      return as(CampaignCreated, { campaign: await versionOf(context, outcome.id, outcome.version), replayed });
    return as(CampaignTaken, {
      code: outcome.code,
      message: say(viewer.language, '该活动编号已被其他合作方使用', 'Another partner uses this campaign id'),
    });
  }

  @Mutation(() => PublishResult, {
    description:
      'Publishes a campaign; somebody else than its author does it. Refused where a rule is not stated, a claim is not what the numbers say, or who pays points is worse off. Staff only. For example, 5000 points instead of 6000 claimed as `+16.7` per cent of value are refused: they are -16.67 per cent of price and +20.00 per cent of value.',
  })
  @Scopes('campaign.publish:own')
  async publish(
    @Arg('campaign', () => ID, { description: 'The campaign.' }) campaign: string,
    @Arg('approver', () => String, {
      nullable: true,
      description: 'Name for the record; who asks is who approves, whatever is written here.',
    })
    approver: string | null,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof PublishResult> {
    const { language } = context.viewer;
    const { outcome, replayed } = await publishCampaign(context, writeKey(info, context.viewer), campaign, approver ?? null);
    if (outcome.kind === 'published') {
      const published = await versionOf(context, campaign, outcome.version);
      const state = await stateOf(published, context);
      return as(Published, {
        campaign: published,
        state,
        checks: ['DISCLOSURE', 'LABELS', 'PARITY'],
        replayed: replayed || outcome.before,
      });
    }
    const { code } = outcome;
    switch (code) {
      case 'SELF_APPROVAL':
        return as(SelfApproval, { code, message: say(language, '不能发布自己起草的活动', 'Nobody publishes what they drafted') });
      case 'DISCLOSURE_MISSING':
        return disclosureMissing(outcome.missing, language);
      case 'LABEL_MISMATCH':
        return labelMismatch(outcome.mismatches, language);
      case 'PARITY_VIOLATION':
        return parityViolation(outcome.differences, language);
    }
  }

  @Mutation(() => CampaignResultRecorded, { description: 'Keeps what came of a campaign; the last word counts.' })
  @Scopes('campaign.write:own')
  async recordCampaignResult(
    @Arg('campaign', () => ID, { description: 'A published campaign.' }) campaign: string,
    @Arg('members', () => Int, { description: 'Members that took part, at least 1.' }) members: number,
    @Arg('salesFen', () => FenScalar, { description: 'Sales.' }) salesFen: bigint,
    @Arg('points', () => PointsScalar, { description: 'Points given.' }) points: bigint,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CampaignResultRecorded> {
    const { outcome, replayed } = await recordResult(context, writeKey(info, context.viewer), { campaign, members, salesFen, points });
    return as(CampaignResultRecorded, { report: as(CampaignReport, outcome.report), replayed });
  }

  @FieldResolver(() => PartnerStub, { description: 'The partner that promotes.' })
  owner(@Root() { ownerId }: Campaign): PartnerStub {
    return { id: ownerId };
  }

  @FieldResolver(() => Text, { description: 'Name.' })
  name(@Root() { body }: Campaign): Text {
    return body.name;
  }

  @FieldResolver(() => Text, { description: 'What it says first, always with the threshold from which it is true.' })
  headline(@Root() { body }: Campaign): Text {
    const threshold = body.disclosure?.threshold?.trim();
    return threshold ? withThreshold(body.headline, threshold) : body.headline;
  }

  @FieldResolver(() => CampaignDisclosure, { nullable: true, description: 'The rules that it states.' })
  disclosure(@Root() { body }: Campaign): CampaignDisclosure | null {
    return body.disclosure;
  }

  @FieldResolver(() => [Item], { description: 'Items that it promotes, as they are offered now.' })
  async items(@Root() { body }: Campaign, @Ctx() { loaders }: Context): Promise<Item[]> {
    const items = await Promise.all(body.items.map((id) => loaders.item.load(id)));
    return items.filter((item) => item !== null);
  }

  @FieldResolver(() => CampaignStateEnum, { description: 'Where it stands.' })
  state(@Root() campaign: Campaign, @Ctx() context: Context): Promise<keyof typeof CampaignStateEnum> {
    return stateOf(campaign, context);
  }

  @FieldResolver(() => CampaignReport, {
    nullable: true,
    description: 'What came of it; absent until it was recorded. For the partner that promotes.',
  })
  @Access('OWN', 'campaign.write:own', 'campaign.publish:own')
  async report(@Root() { id }: Campaign, @Ctx() { em }: Context): Promise<CampaignReport | null> {
    const report = await resultOfCampaign(em, id);
    return report && as(CampaignReport, report);
  }
}

async function stateOf({ publishedAt, endsAt }: Campaign, { loaders }: Context): Promise<keyof typeof CampaignStateEnum> {
  if (publishedAt === null) return 'DRAFT';
  return (await loaders.clock()) < endsAt ? 'PUBLISHED' : 'ENDED';
}

const versionOf = ({ em }: Context, id: string, version: number): Promise<Campaign> =>
  em.findOneOrFail(Campaign, { id, version }, { disableIdentityMap: true });
