import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, InputType, Int, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { writeKey } from '../../kernel/idempotency.js';
import { Refusal } from '../../kernel/refusal.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import { type Context, versionKey } from '../context.js';
import { Item } from '../items/item.entity.js';
import { ItemFeatureInput } from '../items/item-input.js';
import { RedemptionLine } from '../redemption/redemption.entity.js';
import { type Complaint, complaintFacts } from './complaint-store.js';
import { reportDefect } from './report-defect.js';

@ObjectType('FeatureDifference', { description: 'Something that was delivered otherwise than advertised.' })
@Access('PUBLIC')
class FeatureDifferenceShown {
  @Field(() => String, { description: 'What is said of it, such as material.' }) name!: string;
  @Field(() => String, { nullable: true, description: 'What was advertised when it was ordered; absent where nothing was.' })
  advertised!: string | null;
  @Field(() => String, { description: 'What came.' }) delivered!: string;
}

@ObjectType({ description: 'A complaint about one line of a redemption, beside what was advertised when it was ordered.' })
@Access('OWN')
export class Defect {
  readonly memberUid!: string;
  readonly acceptorId!: string;
  readonly itemId!: string;
  readonly itemVersion!: number;
  @Field(() => ID, { description: 'Id of the complaint.' }) id!: string;
  @Field(() => String, { description: 'What is wrong, in the words of who complains.' }) text!: string;
  @Field(() => [FeatureDifferenceShown], { description: 'In what the delivered goods are not what was advertised.' })
  differences!: readonly FeatureDifferenceShown[];
  @Field(() => Date, { description: 'When it was reported.' }) at!: Date;
}

const shown = (complaint: Complaint): Defect => as(Defect, complaint);

@ObjectType({ description: 'The complaint is kept.' })
@Access('PUBLIC')
class DefectReported {
  @Field(() => Defect, { description: 'The complaint.' }) defect!: Defect;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'There is a complaint about this line already.', implements: Refusal })
@Access('PUBLIC')
class DefectKnown extends Refusal {
  @Field(() => Defect, { description: 'That one.' }) defect!: Defect;
}

const ReportDefectResult = resultOf('ReportDefectResult', 'What became of a complaint.', DefectReported, DefectKnown);

@InputType({ description: 'What is wrong with what was delivered.' })
class DefectInput {
  @Field(() => ID, { description: 'The redemption.' }) redemption!: string;
  @Field(() => Int, { defaultValue: 1, description: 'Number of the line.' }) line!: number;
  @Field(() => String, { description: 'What is wrong.' }) text!: string;
  @Field(() => [ItemFeatureInput], { defaultValue: [], description: 'What came, in the words in which it was advertised.' })
  delivered!: ItemFeatureInput[];
}

@ObjectType({
  description: 'How often an item was redeemed, and how many of these orders had a complaint; all orders of one member count as one.',
})
@Access('PUBLIC')
class ItemComplaints {
  @Field(() => Int, { description: 'Orders that were delivered.' }) orders!: number;
  @Field(() => Int, { description: 'Orders with a complaint.' }) complaints!: number;
  @Field(() => Int, { description: 'Their share in basis points, rounded down.' }) basisPoints!: number;
}

@Resolver(() => Defect)
export class DefectResolver {
  @Mutation(() => ReportDefectResult, {
    description:
      'Reports that what was delivered is not what was advertised. It is compared with the item as it was when it was ordered. Once per line; an item with too many complaints leaves the list.',
  })
  @Scopes('me.redeem', 'redeem.reverse:own')
  async reportDefect(
    @Arg('input', () => DefectInput, { description: 'The complaint.' }) { redemption, line, text, delivered }: DefectInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof ReportDefectResult> {
    const wish = { redemption, line, text, delivered: delivered.map(({ name, value }) => ({ name, value })) };
    const { outcome, replayed } = await reportDefect(context, writeKey(info, context.viewer), wish);
    const kept = (await context.loaders.complaints.load(redemption)).find((complaint) => complaint.line === line) as Complaint;
    if (outcome.kind === 'reported') return as(DefectReported, { defect: shown(kept), replayed });
    return as(DefectKnown, {
      code: outcome.code,
      message: say(context.viewer.language, '该行商品已有投诉', 'There is a complaint about this line already'),
      defect: shown(kept),
    });
  }

  @FieldResolver(() => Item, { description: 'The item as it was advertised when it was ordered.' })
  async advertised(@Root() { itemId, itemVersion }: Defect, @Ctx() { loaders }: Context): Promise<Item> {
    return (await loaders.itemVersion.load(versionKey(itemId, itemVersion))) as Item;
  }
}

@Resolver(() => RedemptionLine)
export class DefectOfLine {
  @FieldResolver(() => Defect, { nullable: true, description: 'The complaint about it; absent where there is none.' })
  async defect(@Root() { redemptionId, line }: RedemptionLine, @Ctx() { loaders }: Context): Promise<Defect | null> {
    const found = (await loaders.complaints.load(redemptionId)).find((complaint) => complaint.line === line);
    return found ? shown(found) : null;
  }
}

@Resolver(() => Item)
export class ComplaintsOfItem {
  @FieldResolver(() => ItemComplaints, { nullable: true, description: 'Complaints about it. For the partner that offers it.' })
  @Access('OWN', 'catalog.write:own')
  async complaints(@Root() { id }: Item, @Ctx() { em }: Context): Promise<ItemComplaints> {
    const { orders, complaints } = await complaintFacts(em, id);
    const basisPoints = orders === 0n ? 0 : Number((complaints * 10_000n) / orders);
    return as(ItemComplaints, { orders: Number(orders), complaints: Number(complaints), basisPoints });
  }
}
