import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, InputType, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { actingFor } from '../../kernel/acting-for.js';
import { writeKey } from '../../kernel/idempotency.js';
import { Refusal } from '../../kernel/refusal.js';
import { FenScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import type { MemberKey } from '../member.stub.js';
import { readScopes } from '../report-result.js';
import { boundaryOf } from '../visibility.js';
import type { Booking } from './booking.entity.js';
import { cancelBooking } from './cancel-booking.js';
import { Cancellation, CancelledByEnum } from './cancellation.entity.js';
import type { CancelledBy } from './carrier-fee.js';
import { CarrierTerms, setCarrierTerms, termsOf } from './carrier-terms.js';
import { Member } from './member.stub.js';

@InputType({ description: 'A booking paid with points that does not take place.' })
class CancelBookingInput {
  @Field(() => ID, { nullable: true, description: 'The carrier; the caller itself where absent.' }) partner?: string;
  @Field(() => String, { description: 'Number of a ticket, or the redemption; all of the redemption is called off.' }) booking!: string;
  @Field(() => CancelledByEnum, { description: 'Who called it off.' }) by!: CancelledBy;
  @Field(() => String, { description: "The carrier's own number of the event, which may call off many bookings; each is called off once." })
  event!: string;
}

@ObjectType({ description: 'The booking is called off: points are back in their lots, and compensated where the carrier did it.' })
@Access('PUBLIC')
class BookingCancelled {
  @Field(() => Cancellation, { description: 'What came back.' }) cancellation!: Cancellation;
  @Field(() => Boolean, { description: 'Whether this event was reported for the booking before.' }) replayed!: boolean;
}

@ObjectType({ description: 'The booking was called off before, by another event.', implements: Refusal })
@Access('PUBLIC')
class AlreadyCancelled extends Refusal {
  @Field(() => Cancellation, { description: 'The first cancellation.' }) cancellation!: Cancellation;
}

@ObjectType({ description: 'Nothing of the booking is left to call off.', implements: Refusal })
@Access('PUBLIC')
class NothingToCancel extends Refusal {}

@ObjectType({ description: 'The terms hold for tickets that are delivered from now on.' })
@Access('PUBLIC')
class CarrierTermsSet {
  @Field(() => CarrierTerms, { description: 'The terms.' }) terms!: CarrierTerms;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

const CancelBookingResult = resultOf(
  'CancelBookingResult',
  'What became of a cancellation.',
  BookingCancelled,
  AlreadyCancelled,
  NothingToCancel,
);

@Resolver()
export class CancellationResolver {
  @Mutation(() => CancelBookingResult, {
    description:
      'Calls off a booking that was paid with points: they go back to their lots, its cash is paid back, and where the carrier did it the share that its published EVENT rule for `CARRIER_CANCELLATION` gives is added as a lot of its own. Once per booking, however often the event arrives.',
  })
  @Scopes('redeem.reverse:own')
  async cancelBooking(
    @Arg('input', () => CancelBookingInput, { description: 'Which booking, and why.' }) input: CancelBookingInput,
    @Ctx() context: Context<Booking>,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BookingCancelled | AlreadyCancelled | NothingToCancel> {
    const { viewer, em } = context;
    const { language } = viewer;
    const { booking, by, event } = input;
    const partner = actingFor(viewer, 'redeem.reverse', input.partner);
    const { outcome, replayed } = await cancelBooking(context, writeKey(info, viewer), { partner, booking, by, event });
    if (outcome.kind === 'refused' && outcome.code === 'NOTHING_LEFT')
      return as(NothingToCancel, { code: outcome.code, message: say(language, '该订单已无可取消的内容', 'Nothing is left to call off') });
    const cancellation = await em.fork().findOneOrFail(Cancellation, { id: outcome.id });
    if (outcome.kind === 'cancelled') return as(BookingCancelled, { cancellation, replayed: replayed || outcome.before });
    const message = say(language, '该订单已取消', 'The booking was called off before');
    return as(AlreadyCancelled, { code: outcome.code, message, cancellation });
  }

  @Mutation(() => CarrierTermsSet, {
    description:
      "Sets a carrier's terms for bookings that passengers call off, for tickets that are delivered from now on; those delivered before stay under theirs. For example, with `passengerFeeFen: 5000` a passenger who calls off gets the miles back and owes 50.00.",
  })
  @Scopes('catalog.write:own')
  async setCarrierTerms(
    @Arg('passengerFeeFen', () => FenScalar, { description: 'Fee, 0 to 100000000.' }) passengerFeeFen: bigint,
    @Arg('partner', () => ID, { nullable: true, description: 'The carrier; the caller itself where absent.' }) named: string | null,
    @Ctx() { viewer, em }: Context<Booking>,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CarrierTermsSet> {
    const partnerId = actingFor(viewer, 'catalog.write', named);
    const { outcome, replayed } = await setCarrierTerms(em, writeKey(info, viewer), { partnerId, passengerFeeFen });
    return { terms: as(CarrierTerms, { partnerId, passengerFeeFen, validFrom: outcome.validFrom }), replayed };
  }

  @Query(() => CarrierTerms, {
    description: "A carrier's terms for bookings that passengers call off, for tickets that are delivered now.",
  })
  @Access('PUBLIC')
  carrierTerms(
    @Arg('partner', () => ID, { description: 'The carrier.' }) partnerId: string,
    @Ctx() { em }: Context<Booking>,
  ): Promise<CarrierTerms> {
    return termsOf(em, partnerId);
  }
}

@Resolver(() => Member)
export class MemberCancellations {
  @FieldResolver(() => [Cancellation], {
    nullable: true,
    description: 'Bookings that were called off, latest first, a hundred at the most.',
  })
  @Scopes(...readScopes)
  cancellations(@Root() { uid }: MemberKey, @Ctx() { em, viewer }: Context<Booking>): Promise<Cancellation[]> | Cancellation[] {
    const boundary = boundaryOf(viewer);
    if (!boundary || (boundary.memberUid !== undefined && boundary.memberUid !== uid)) return [];
    const ofPartner = boundary.partner === undefined ? {} : { partnerId: boundary.partner };
    return em.find(Cancellation, { memberUid: uid, state: { $ne: 'REFUSED' }, ...ofPartner }, { orderBy: { id: 'desc' }, limit: 100 });
  }
}
