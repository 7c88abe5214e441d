import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, Info, InputType, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { connectionOf, type Page, PageArgs } from '../../kernel/page.js';
import { CreditLimitReached, NotEnrolled, RuleMissing, SuspendedPartner } from '../../kernel/refusal.js';
import { FenScalar } from '../../kernel/scalars.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Item } from '../foreign.stub.js';
import type { MemberKey } from '../member.stub.js';
import { pageOfMember, pageOfReports } from '../report-pages.js';
import { readScopes, refusal, reporter, ReportInput, type ReportRefusal, reportScope } from '../report-result.js';
import { Booking, BookingKind } from './booking.entity.js';
import { Member } from './member.stub.js';
import { bookingKind, reportBooking } from './report-booking.js';

@InputType({ description: 'A flight, a stay or a visit that was paid for.' })
class ReportBookingInput extends ReportInput {
  @Field(() => String, { description: "The partner's own number of the booking; a booking counts once." }) bookingRef!: string;
  @Field(() => BookingKind, { description: 'What was booked.' }) kind!: BookingKind;
  @Field(() => FenScalar, { description: 'Fare or price, above zero.' }) fareFen!: bigint;
}

@ObjectType({ description: 'The booking is recorded and its points are granted.' })
@Access('PUBLIC')
class BookingReported {
  @Field(() => Booking, { description: 'The booking.' }) booking!: Booking;
  @Field(() => Boolean, { description: 'Whether this booking was reported before.' }) replayed!: boolean;
}

const ReportBookingResult = resultOf(
  'ReportBookingResult',
  'What became of a booking.',
  BookingReported,
  NotEnrolled,
  RuleMissing,
  SuspendedPartner,
  CreditLimitReached,
);
const BookingConnection = connectionOf(Booking, 'Booking');

@ObjectType({ description: 'A ticket, or a voucher for a room or a tour, that was redeemed.' })
@Access('OWN')
class TravelTicket {
  @Field(() => String, { description: 'Number of the ticket; nobody can guess it.' }) number!: string;
  @Field(() => Item, { description: 'The item that was redeemed.' }) item!: Item;
  @Field(() => Date, { description: 'When it was delivered.' }) at!: Date;
  @Field(() => Date, { nullable: true, description: 'When it was used; null while it can be.' }) usedAt!: Date | null;
  memberUid!: string;
  partnerId!: string;
}

export const reports = { kind: bookingKind, table: 'booking' };

@Resolver(() => Booking)
export class BookingResolver {
  @Mutation(() => ReportBookingResult, { description: 'Reports a booking, whose fare earns points.' })
  @Scopes(reportScope)
  async reportBooking(
    @Arg('input', () => ReportBookingInput, { description: 'The booking.' }) input: ReportBookingInput,
    @Ctx() context: Context<Booking>,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BookingReported | ReportRefusal> {
    const { partner, key } = reporter(info, context, input);
    const { bookingRef: ref, ...facts } = input;
    const outcome = await reportBooking(context, key, { ...facts, partner, ref });
    if (outcome.kind === 'refused') return refusal(context.viewer.language, outcome.code);
    return as(BookingReported, { booking: outcome.record, replayed: outcome.replayed });
  }

  @Query(() => BookingConnection, { description: "Bookings, latest first: a partner's own, or the member's own." })
  @Scopes(...readScopes)
  bookings(@Args(() => PageArgs) args: PageArgs, @Ctx() context: Context<Booking>): Promise<Page<Booking>> {
    return pageOfReports(context, reports, args);
  }
}

@Resolver(() => Member)
export class MemberResolver {
  @FieldResolver(() => BookingConnection, { nullable: true, description: 'Bookings, latest first; a partner sees its own.' })
  @Scopes(...readScopes)
  bookings(@Root() { uid }: MemberKey, @Args(() => PageArgs) args: PageArgs, @Ctx() { loaders }: Context<Booking>): Promise<Page<Booking>> {
    return pageOfMember(loaders.reportsOf, uid, args);
  }

  @FieldResolver(() => [TravelTicket], { nullable: true, description: 'Tickets, latest first, the last hundred deliveries at the most.' })
  @Scopes(...readScopes)
  async travelTickets(@Root() { uid }: MemberKey, @Ctx() { loaders }: Context<Booking>): Promise<TravelTicket[]> {
    const held = (await loaders.entitlements.load(uid)).filter(({ kind }) => kind !== 'COUPON');
    return held.map(({ reference, item, deliveredAt, usedAt, memberUid, partnerId }) => ({
      number: reference,
      item: as(Item, { id: item }),
      at: deliveredAt,
      usedAt,
      memberUid,
      partnerId,
    }));
  }
}
