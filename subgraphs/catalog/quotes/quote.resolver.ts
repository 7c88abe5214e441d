import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, InputType, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { validate } from 'uuid';
import { Access, Scopes } from '../../kernel/access.js';
import { badInput, DomainError } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import { type Context, versionKey } from '../context.js';
import { Item } from '../items/item.entity.js';
import { PaymentLeg, paymentLeg } from './leg.js';
import { PartnerStub } from '../partner.stub.js';
import { accrualPreview, purse } from '../ledger-port.js';
import { buyerOf, type CartEntry, cartOf } from './cart.js';
import { bandsAt, linesFor } from '../pricing/credit-threshold.js';
import { withOffers } from '../offers/with-offers.js';
import { quote } from './quote.js';
import { Quote } from './quote.entity.js';
import { shownRefusal } from '../redemption/refusals.js';
import { countsOnlyOf } from '../readable-points.js';
import { Quoted, QuoteResult, SplitAnswer, SplitResult } from '../redemption/results.js';
import { blockedInstead, splitChosen, split } from './split.js';

@InputType({ description: 'One line of a cart.' })
export class CartLineInput {
  @Field(() => ID, { description: 'Id of the item.' }) item!: string;
  @Field(() => Int, { defaultValue: 1, description: 'Pieces.' }) quantity!: number;
  @Field(() => ID, { nullable: true, description: 'One of the slots of the item, for an item that is had in slots.' }) slot?: string | null;
  @Field(() => ID, { nullable: true, description: 'A personal offer of `offersFor`, for what points may pay by it.' }) offer?:
    | string
    | null;
}

@InputType({ description: 'How many points of one programme to use.' })
class ChosenPointsInput {
  @Field(() => ID, { description: 'Whose points.' }) programme!: string;
  @Field(() => PointsScalar, { description: 'How many at the most.' }) points!: bigint;
}

@ObjectType({ description: 'One line of a quote.' })
@Access('PUBLIC')
export class QuoteLine {
  @Field(() => Item, { description: 'The item at the version that was priced.' }) item!: Item;
  @Field(() => Int, { description: 'Version of its price.' }) version!: number;
  @Field(() => Int, { description: 'Pieces.' }) quantity!: number;
  @Field(() => FenScalar, { description: 'Price of all pieces.' }) priceFen!: bigint;
  @Field(() => [PaymentLeg], { description: 'The points that go to this line.' }) legs!: PaymentLeg[];
  @Field(() => FenScalar, { description: 'The cash that goes to this line.' }) cashFen!: bigint;
}

@Resolver(() => Quote)
export class QuoteResolver {
  @Mutation(() => QuoteResult, {
    description:
      'Prices a cart in points and cash and keeps the price for ten minutes, unless `catalogPolicy` says otherwise. The items of one cart belong to one partner.',
  })
  @Scopes('me.redeem', 'redeem.quote:own')
  async quote(
    @Arg('memberRef', () => String, { nullable: true, description: 'Who redeems; a member means itself.' }) memberRef: string | null,
    @Arg('cart', () => [CartLineInput], { description: 'What is wanted.' }) cart: CartLineInput[],
    @Arg('prefer', () => [ID], { nullable: true, description: 'Programmes whose points are used first, in this order.' })
    prefer: string[] | null,
    @Arg('cashMaxFen', () => FenScalar, { nullable: true, description: 'How much may be left to pay in cash; any where absent.' })
    cashMaxFen: bigint | null,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof QuoteResult> {
    const { viewer, loaders } = context;
    const purchase = purchaseOf(memberRef, cart, prefer, cashMaxFen);
    const { outcome, replayed } = await quote(context, writeKey(info, viewer), purchase);
    if (outcome.kind === 'refused') return shownRefusal(outcome, viewer.language);
    return as(Quoted, { quote: (await loaders.quote.load(outcome.id)) as Quote, replayed });
  }

  @Query(() => SplitResult, {
    description:
      "How a cart would be paid with so many points; nothing is kept. A partner chooses other issuers' points where the member agreed that it reads them (SHARED).",
  })
  @Scopes('me.read', 'redeem.quote:own')
  async split(
    @Arg('cart', () => [CartLineInput], { description: 'What is wanted.' }) cart: CartLineInput[],
    @Arg('memberRef', () => String, { nullable: true, description: 'Who redeems; a member means itself.' }) memberRef: string | null,
    @Arg('points', () => [ChosenPointsInput], {
      nullable: true,
      description: 'Points to use, in this order, each programme once; all that can be where absent.',
    })
    points: ChosenPointsInput[] | null,
    @Ctx() context: Context,
  ): Promise<typeof SplitResult> {
    const { language, scopes } = context.viewer;
    // Named twice, a programme would be taken to have its points twice.
    if (new Set(points?.map(({ programme }) => programme)).size < (points?.length ?? 0))
      throw badInput('Name every programme once', { argument: 'points' });
    const { cart: listed, items, acceptor } = await cartOf(context, 'redeem.quote', cart);
    const memberUid = await buyerOf(context, memberRef ?? null);
    if (memberUid === null) return shownRefusal({ kind: 'refused', code: 'NOT_ENROLLED' }, language) as typeof SplitResult;
    const only = points ? await countsOnlyOf(context, memberUid) : null;
    const priced = [...new Set([...listed, ...(points ?? [])].map(({ programme }) => programme))];
    const [{ wallets, programmes }, bandAt] = await Promise.all([
      purse(context, memberUid, acceptor, priced),
      bandsAt(context, memberUid, items),
    ]);
    // Whether there are so many, and how many are missing, tells a balance; so it is refused whatever there is.
    if (only !== null && points?.some(({ programme }) => programmes.get(programme)?.issuer !== only))
      throw new DomainError('CONSENT_REQUIRED', undefined, { coordinate: 'Query.split', needs: ['class:SHARED'], has: scopes });
    const lines = await withOffers(context, memberUid, acceptor, linesFor(listed, items, bandAt(acceptor)), 'strictly');
    const paid = points ? splitChosen(lines, wallets, points) : split(lines, wallets, [], null);
    if (paid.kind === 'refused') {
      const refusal = points ? paid : blockedInstead(paid, lines, (programme) => programmes.get(programme)?.issuer);
      return shownRefusal(refusal, language) as typeof SplitResult;
    }
    const { priceFen, cashFen } = paid;
    const bought = paid.lines.map((line, index) => ({
      sku: line.item,
      category: items[index]?.category ?? '',
      fen: line.priceFen,
      cashFen: line.cashFen,
    }));
    return as(SplitAnswer, { legs: paid.legs.map(paymentLeg), priceFen, cashFen, paid: bought, memberUid, acceptorId: acceptor });
  }

  @FieldResolver(() => PartnerStub, { description: 'The partner at which the price holds.' })
  acceptor(@Root() { acceptorId }: Quote): PartnerStub {
    return { id: acceptorId };
  }

  @FieldResolver(() => [PaymentLeg], { description: 'Points, by programme.' })
  legs(@Root() { paid }: Quote): PaymentLeg[] {
    return paid.map(paymentLeg);
  }

  @FieldResolver(() => [QuoteLine], { description: 'The lines of the cart.' })
  lines(@Root() { split: lines }: Quote, @Ctx() { loaders }: Context): Promise<QuoteLine[]> {
    return Promise.all(
      lines.map(async ({ item, version, quantity, priceFen, legs, cashFen }) => ({
        item: (await loaders.itemVersion.load(versionKey(item, version))) as Item,
        version,
        quantity,
        priceFen,
        legs: legs.map(paymentLeg),
        cashFen,
      })),
    );
  }
}

/** Arguments as the use cases take them; absent and null are alike. */
export const purchaseOf = (
  memberRef: string | null | undefined,
  cart: readonly CartLineInput[] | null | undefined,
  prefer: readonly string[] | null | undefined,
  cashMaxFen: bigint | null | undefined,
) => ({
  memberRef: memberRef ?? null,
  cart: (cart ?? []).map(entryOf),
  prefer: prefer ?? [],
  cashMaxFen: cashMaxFen ?? null,
});

@Resolver(() => SplitAnswer)
export class SplitPreviewResolver {
  @FieldResolver(() => PointsScalar, {
    nullable: true,
    description:
      'How many points the purchase would earn by the rules of the moment, in the programme in which the partner lets points be earned; absent where it lets none.',
  })
  async earnPreview(@Root() { memberUid, acceptorId, paid }: SplitAnswer, @Ctx() context: Context): Promise<bigint | null> {
    return (await accrualPreview(context, memberUid, acceptorId, paid))?.points ?? null;
  }
}

/** What a line does not name it does not have, so that keys of requests from before there were slots still mean the same. */
function entryOf({ item, quantity, slot, offer }: CartLineInput): CartEntry {
  const named = offer ? { item, quantity, offer } : { item, quantity };
  if (slot === null || slot === undefined) return named;
  if (!validate(slot)) throw badInput('The item has no such slot', { argument: 'cart.slot' });
  return { ...named, slot };
}
