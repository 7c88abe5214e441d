import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, InputType, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { validate as isUuid } from 'uuid';
import { Access, Inaccessible, Internal, Scopes } from '../../kernel/access.js';
import { actingFor } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { memberUidOf } from '../../kernel/member-ref.js';
import { CreditLimitReached, NotEnrolled, RuleMissing, SuspendedPartner } from '../../kernel/refusal.js';
import { sumOf } from '../../kernel/rational.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import { limitReached } from '../clearing/credit/credit.types.js';
import type { Context } from '../context.js';
import { Partner } from '../partners/partner.entity.js';
import { Programme } from '../partners/programme.entity.js';
import { Lot } from '../points/lot.js';
import { Accrual, AccrualLine } from './accrual.entity.js';
import { accrue, type Purchase } from './accrue.js';
import { lineOf, PurchaseLineInput } from './purchase-line-input.js';
import { AccrualRule } from './rule.entity.js';

@InputType({ description: "A purchase, as another subgraph reports it for one of its trade's partners." })
@Inaccessible()
class AccrueForInput {
  @Field(() => ID, { description: 'The partner that sold.' }) partner!: string;
  @Field(() => ID, { nullable: true, description: "Programme; the partner's earn programme where absent." }) programme?: string | null;
  @Field(() => ID, { description: 'The member.' }) memberUid!: string;
  @Field(() => [PurchaseLineInput], { description: 'What was bought.' }) lines!: PurchaseLineInput[];
  @Field(() => String, { description: "The partner's own number of the purchase." }) purchaseRef!: string;
  @Field(() => Date, { nullable: true, description: 'When it was bought; now where absent.' }) at?: Date | null;
  @Field(() => ID, { nullable: true, description: 'Redemption whose cash part this is.' }) redemption?: string | null;
}

@ObjectType({ description: 'The purchase earned points.' })
@Access('PUBLIC')
class Accrued {
  @Field(() => Accrual, { description: 'What it earned.' }) accrual!: Accrual;
  @Field(() => Boolean, { description: 'Whether this purchase was reported before.' }) replayed!: boolean;
}

@ObjectType({ description: 'Points by one rule.' })
@Access('PUBLIC')
class RulePoints {
  @Field(() => AccrualRule, { nullable: true, description: 'The rule.' }) rule!: AccrualRule | null;
  @Field(() => PointsScalar, { description: 'What it gave.' }) points!: bigint;
  @Field(() => PointsScalar, { description: 'What it would have given on top, had its cap not been reached.' }) withheld!: bigint;
  @Field(() => Boolean, { description: "Whether it is what the member's credit band added to the rule's base." }) credit!: boolean;
}

const AccrueResult = resultOf(
  'AccrueResult',
  'What became of a reported purchase.',
  Accrued,
  NotEnrolled,
  RuleMissing,
  SuspendedPartner,
  CreditLimitReached,
);
type AccrueAnswer = Accrued | NotEnrolled | RuleMissing | SuspendedPartner | CreditLimitReached;

@Resolver(() => Accrual)
export class AccrualResolver {
  @Mutation(() => AccrueResult, { description: 'Reports a purchase of a member; it earns points once, whatever key it comes under.' })
  @Scopes('ledger.accrue:own')
  async accrue(
    @Arg('memberRef', () => String, { description: "Pairwise id, or the partner's own customer number." }) memberRef: string,
    @Arg('lines', () => [PurchaseLineInput], { description: 'What was bought.' }) lines: PurchaseLineInput[],
    @Arg('purchaseRef', () => String, { description: "The partner's own number of the purchase." }) purchaseRef: string,
    @Arg('programme', () => ID, { nullable: true, description: "Programme; the partner's earn programme where absent." }) programme:
      | string
      | null,
    @Arg('at', () => Date, { nullable: true, description: 'When it was bought; now where absent.' }) at: Date | null,
    @Arg('redemption', () => ID, {
      nullable: true,
      description:
        "Redemption that was paid with this purchase's cash. A line whose `sku` is the id of a redeemed item loses its points with the pieces that come back; other lines by the share of the cash.",
    })
    redemption: string | null,
    @Arg('partner', () => ID, { nullable: true, description: 'The partner that sold; the caller where absent.' }) named: string | null,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccrueAnswer> {
    const partner = actingFor(context.viewer, 'ledger.accrue', named);
    const body = { partner, programme, memberRef, lines, purchaseRef, at, redemption };
    const memberUid = await memberUidOf(context, memberRef);
    return answer(context, info, body, { partner, programme, memberUid, lines: lines.map(lineOf), purchaseRef, at, redemption });
  }

  @Mutation(() => AccrueResult, { description: 'For other subgraphs: the same, for a member by uid.' })
  @Internal()
  accrueFor(
    @Arg('input', () => AccrueForInput, { description: 'The purchase.' }) input: AccrueForInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccrueAnswer> {
    if (!isUuid(input.memberUid)) throw badInput('`memberUid` is not a uid', { argument: 'memberUid' });
    return answer(context, info, input, { ...input, lines: input.lines.map(lineOf) });
  }

  @FieldResolver(() => Programme, { description: 'The programme of the points.' })
  programme(@Root() { programmeId }: Accrual, @Ctx() { loaders }: Context): Promise<Programme | null> {
    return loaders.programme.load(programmeId);
  }

  @FieldResolver(() => Partner, { description: 'The partner that sold.' })
  partner(@Root() { partnerId }: Accrual, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(partnerId);
  }

  @FieldResolver(() => [Lot], { description: 'The lots that it made.' })
  lots(@Root() { id }: Accrual, @Ctx() { loaders }: Context): Promise<Lot[]> {
    return loaders.lotsOfAccrual.load(id);
  }

  @FieldResolver(() => PointsScalar, { description: 'Points that caps of the rules kept back.' })
  withheld(@Root() { keptRules }: Accrual): bigint {
    return sumOf(keptRules.map(({ withheld = '0' }) => BigInt(withheld)));
  }

  @FieldResolver(() => [RulePoints], { description: 'Which rule gave how many points.' })
  rules(@Root() { keptRules }: Accrual, @Ctx() { loaders }: Context): Promise<RulePoints[]> {
    return Promise.all(
      keptRules.map(async ({ rule, points, credit = false, withheld = '0' }) => ({
        rule: await loaders.rule.load(rule),
        points: BigInt(points),
        withheld: BigInt(withheld),
        credit,
      })),
    );
  }

  @FieldResolver(() => [AccrualLine], { description: 'What each line of the purchase earned.' })
  lines(@Root() { keptLines }: Accrual): AccrualLine[] {
    return keptLines.map(({ sku, fen, cashFen, points }) => ({ sku, fen: BigInt(fen), cashFen: BigInt(cashFen), points: BigInt(points) }));
  }
}

async function answer(context: Context, info: GraphQLResolveInfo, body: unknown, purchase: Purchase): Promise<AccrueAnswer> {
  const { viewer, loaders } = context;
  if (purchase.redemption && !isUuid(purchase.redemption)) throw badInput('`redemption` is not an id', { argument: 'redemption' });
  const { outcome, replayed } = await accrue(context, writeKey(info, viewer), body, purchase);
  if (outcome.kind === 'accrued') {
    return as(Accrued, { accrual: (await loaders.accrual.load(outcome.accrual)) as Accrual, replayed: replayed || outcome.before });
  }
  const { code } = outcome;
  switch (code) {
    case 'NOT_ENROLLED':
      return as(NotEnrolled, { code, message: say(viewer.language, '没有这位会员', 'There is no such member') });
    case 'RULE_MISSING':
      return as(RuleMissing, { code, message: say(viewer.language, '没有适用于该消费的累积规则', 'No accrual rule fits this purchase') });
    case 'SUSPENDED_PARTNER':
      return as(SuspendedPartner, { code, message: say(viewer.language, '该伙伴已被暂停', 'The partner is suspended') });
    case 'CREDIT_LIMIT_REACHED':
      return limitReached(viewer, purchase.partner, outcome);
  }
}

export const accrualReferences = {
  Accrual: ({ id }: { id: string }, { loaders }: Context): Promise<Accrual | null> | null => (isUuid(id) ? loaders.accrual.load(id) : null),
};
