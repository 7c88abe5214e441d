import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, InputType, Int, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { validate as isUuid } from 'uuid';
import { covers, type Language, type Viewer } from '../../../schema/viewer.js';
import { Access, Scopes } from '../../kernel/access.js';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { DisclosureMissing, disclosureMissing, LabelDifference, LabelMismatch } from '../../kernel/gate-refusals.js';
import { Refusal, SelfApproval } from '../../kernel/refusal.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Programme } from '../partners/programme.entity.js';
import { draftRule } from './publishing/draft-rule.js';
import { publishRule, type PublishOutcome } from './publishing/publish-rule.js';
import { AccrualBasis, AccrualRate, AccrualRule, PendingMode, RuleKind, RulePending, RuleState } from './rule.entity.js';
import { type PendingMode as PendingModeName, pendingOf } from './rules.js';
import { mustBeStaffFor } from './staff.js';

@InputType({ description: 'So many points per so many fen.' })
class AccrualRateInput {
  @Field(() => PointsScalar, { description: 'Points …' }) points!: bigint;
  @Field(() => FenScalar, { description: '… for this many fen.' }) fen!: bigint;
}

@InputType({ description: 'What points wait for before they may be spent.' })
class RulePendingInput {
  @Field(() => PendingMode, { description: 'What they wait for.' }) mode!: PendingModeName;
  @Field(() => Int, { nullable: true, description: 'For DAYS: how many, 1 to 3660.' }) days?: number | null;
  @Field(() => Date, { nullable: true, description: 'For DATE: the first instant at which they may be spent.' }) until?: Date | null;
  @Field(() => String, { nullable: true, description: 'For EVENT: its name, which `confirmPending` names again.' }) event?: string | null;
  @Field(() => Int, { nullable: true, description: 'For EVENT: days after which the points are gone without it, 1 to 3660.' })
  lapseDays?: number | null;
}

@InputType({ description: 'A new rule, or a new version of one with the same programme and name.' })
class DraftRuleInput {
  @Field(() => ID, { description: 'Programme whose points it gives.' }) programme!: string;
  @Field(() => String, { description: 'Name that its versions share.' }) name!: string;
  @Field(() => RuleKind, { description: 'What it gives.' }) kind!: RuleKind;
  @Field(() => AccrualRateInput, { nullable: true, description: 'For BASE: points per fen.' }) rate?: AccrualRateInput | null;
  @Field(() => Int, {
    nullable: true,
    description: 'For BONUS: share of the base in basis points; 10000 doubles. For EVENT: of the points it is about.',
  })
  bonusBasisPoints?: number | null;
  @Field(() => PointsScalar, { nullable: true, description: 'For EVENT: points for each, whatever was spent.' })
  eventPoints?: bigint | null;
  @Field(() => PointsScalar, { nullable: true, description: 'Most points for one purchase.' }) transactionCapPoints?: bigint | null;
  @Field(() => PointsScalar, { nullable: true, description: 'Most points for one member in a calendar day.' }) dailyCapPoints?:
    | bigint
    | null;
  @Field(() => PointsScalar, { nullable: true, description: 'Most points for one member in a calendar month.' })
  monthlyCapPoints?: bigint | null;
  @Field(() => PointsScalar, { nullable: true, description: 'Most points for one member in a calendar year.' })
  yearlyCapPoints?: bigint | null;
  @Field(() => PointsScalar, { nullable: true, description: 'Points in the wallet up to which it gives any.' })
  balanceCapPoints?: bigint | null;
  @Field(() => AccrualBasis, { defaultValue: AccrualBasis.NET, description: 'Which money earns.' }) basis!: AccrualBasis;
  @Field(() => String, { nullable: true, description: 'Only lines of this category.' }) category?: string | null;
  @Field(() => String, { nullable: true, description: 'Only lines with this certificate.' }) certificate?: string | null;
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether the certificate has to be registered (`registerCertificate`) for the partner and the line when it is bought.',
  })
  certificateRegistered!: boolean;
  @Field(() => String, { nullable: true, description: 'Only lines paid with this card product.' }) cardProduct?: string | null;
  @Field(() => String, { nullable: true, description: 'Only lines of this event.' }) event?: string | null;
  @Field(() => String, { nullable: true, description: 'Only for members of this tier of the programme.' }) tier?: string | null;
  @Field(() => RulePendingInput, { nullable: true, description: 'What its points wait for; absent: they may be spent at once.' })
  pending?: RulePendingInput | null;
  @Field(() => String, { nullable: true, description: 'What is promised of it in words, such as `10% back`; held against its numbers.' })
  claim?: string | null;
  @Field(() => [String], { nullable: true, description: 'References to the law, as text; each is marked † for counsel.' })
  legalReferences?: string[] | null;
  @Field(() => Boolean, {
    defaultValue: false,
    description: "For BASE: whether the multiplier of the member's credit band counts, for members who agreed to its use.",
  })
  creditFactor!: boolean;
  @Field(() => Date, { nullable: true, description: 'In force from; from publication where absent.' }) validFrom?: Date | null;
  @Field(() => Date, { nullable: true, description: 'In force until before this instant.' }) validUntil?: Date | null;
}

@ObjectType({ description: 'The draft is kept; somebody else may publish it.' })
@Access('PUBLIC')
class RuleDrafted {
  @Field(() => AccrualRule, { description: 'The draft.' }) rule!: AccrualRule;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'What is wrong with a draft.' })
@Access('PUBLIC')
class LintProblem {
  @Field(() => String, { description: 'Stable code.' }) code!: string;
  @Field(() => String, { description: 'One sentence.' }) detail!: string;
}

@ObjectType({ description: 'The draft is not fit to be kept, or to be published now.', implements: Refusal })
@Access('PUBLIC')
class LintFailed extends Refusal {
  @Field(() => [LintProblem], { description: 'Everything that is wrong.' }) problems!: readonly LintProblem[];
}

@ObjectType({ description: 'The rule is in force, or will be from its first day.' })
@Access('PUBLIC')
class RulePublished {
  @Field(() => AccrualRule, { description: 'The rule.' }) rule!: AccrualRule;
  @Field(() => Boolean, { description: 'Whether this was done before.' }) replayed!: boolean;
}

const DraftRuleResult = resultOf('DraftRuleResult', 'What became of a draft.', RuleDrafted, LintFailed);
const PublishRuleResult = resultOf(
  'PublishRuleResult',
  'What became of a publication.',
  RulePublished,
  SelfApproval,
  LintFailed,
  DisclosureMissing,
  LabelMismatch,
);

@Resolver(() => AccrualRule)
export class RuleResolver {
  @Mutation(() => DraftRuleResult, {
    description:
      'Writes a rule, or a newer version of one. Staff only. For example, 1 point per 100 fen with a bonus of 10000 basis points on dresses gives 600 points for a dress of 300 yuan: 300 and 300.',
  })
  @Scopes('rules.write:own')
  async draftRule(
    @Arg('input', () => DraftRuleInput, { description: 'The rule.' }) input: DraftRuleInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RuleDrafted | LintFailed> {
    const { viewer } = context;
    await mustBeStaffFor(context, 'rules.write', input.programme);
    const { outcome, replayed } = await draftRule(context, writeKey(info, viewer), input);
    if (outcome.kind === 'refused') {
      const message = say(viewer.language, '规则草稿有误', 'The draft is not fit to be kept');
      return as(LintFailed, { code: outcome.code, message, problems: outcome.problems });
    }
    return as(RuleDrafted, { rule: (await context.loaders.rule.load(outcome.rule)) as AccrualRule, replayed });
  }

  @Mutation(() => PublishRuleResult, {
    description:
      'Puts a draft in force; somebody else than its author does it. Staff only. For example, 10 points per yuan that claim to be `1%` are refused: they are 10.00 per cent.',
  })
  @Scopes('rules.publish:own')
  async publishRule(
    @Arg('rule', () => ID, { description: 'The draft.' }) rule: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RulePublished | PublishRefusal> {
    const { viewer, loaders } = context;
    const draft = isUuid(rule) ? await loaders.rule.load(rule) : null;
    if (!draft) throw badInput('There is no such rule', { argument: 'rule' });
    await mustBeStaffFor(context, 'rules.publish', draft.programmeId);
    const { outcome, replayed } = await publishRule(context, writeKey(info, viewer), draft.id);
    if (outcome.kind === 'refused') return refused(outcome, viewer.language);
    const published = await context.em.refresh(draft);
    return as(RulePublished, { rule: published ?? draft, replayed: replayed || outcome.before });
  }

  @FieldResolver(() => Programme, { description: 'The programme whose points it gives.' })
  programme(@Root() { programmeId }: AccrualRule, @Ctx() { loaders }: Context): Promise<Programme | null> {
    return loaders.programme.load(programmeId);
  }

  @FieldResolver(() => AccrualRate, { nullable: true, description: 'For BASE: points per fen.' })
  rate(@Root() { ratePoints, rateFen }: AccrualRule): AccrualRate | null {
    return ratePoints === null || rateFen === null ? null : { points: ratePoints, fen: rateFen };
  }

  @FieldResolver(() => RulePending, { nullable: true, description: 'What its points wait for; absent: they may be spent at once.' })
  pending(@Root() rule: AccrualRule): RulePending | null {
    return pendingOf(rule);
  }

  @FieldResolver(() => RuleState, { description: 'Where it stands.' })
  async state(@Root() rule: AccrualRule, @Ctx() { em, loaders }: Context): Promise<RuleState> {
    if (rule.publishedAt === null) return RuleState.DRAFT;
    const at = await now(em);
    if (rule.validUntil !== null && rule.validUntil <= at) return RuleState.ENDED;
    const versions = await loaders.rulesOf.load(rule.programmeId);
    const replaced = versions.some(
      ({ name, version, validFrom }) => name === rule.name && version > rule.version && validFrom !== null && validFrom <= at,
    );
    return replaced ? RuleState.ENDED : RuleState.PUBLISHED;
  }
}

type PublishRefusal = SelfApproval | LintFailed | DisclosureMissing | LabelMismatch;

function refused(outcome: Extract<PublishOutcome, { kind: 'refused' }>, language: Language): PublishRefusal {
  const { code } = outcome;
  switch (code) {
    case 'SELF_APPROVAL':
      return as(SelfApproval, { code, message: say(language, '不能发布自己起草的规则', 'Nobody publishes what they drafted') });
    case 'LINT_FAILED':
      return as(LintFailed, {
        code,
        message: say(language, '该规则现在不能发布', 'The rule is not fit to be published now'),
        problems: outcome.problems,
      });
    case 'DISCLOSURE_MISSING':
      return disclosureMissing(outcome.missing, language);
    case 'LABEL_MISMATCH': {
      const [{ claimed, computed } = { claimed: '', computed: '' }] = outcome.mismatches;
      return as(LabelMismatch, {
        code,
        message: say(language, `宣传与实际不符：${claimed}，实为 ${computed}`, `Claimed is ${claimed}, but it is ${computed}`),
        claimed,
        computed,
        mismatches: outcome.mismatches.map((mismatch) => as(LabelDifference, mismatch)),
      });
    }
  }
}

/** Drafts are known to those who may write them; to everyone else they do not exist. */
const mayKnow = (viewer: Viewer, rule: AccrualRule): boolean =>
  rule.publishedAt !== null || (viewer.kind === 'staff' && covers(viewer.scopes, 'rules.publish:own'));

export const ruleReferences = {
  AccrualRule: async ({ id }: { id: string }, { loaders, viewer }: Context): Promise<AccrualRule | null> => {
    const rule = await loaders.rule.load(id);
    return rule && mayKnow(viewer, rule) ? rule : null;
  },
};
