import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { WebhookFailureReason } from '../../../schema/webhook-failures.js';
import { Access, Inaccessible, Internal } from '../../kernel/access.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { activePartners, claimWebhooks, realNow } from './claim.js';
import { settleWebhook } from './settle.js';
import { WebhookFailureEnum } from './webhook.types.js';

@ObjectType({ description: 'For the gateway: an endpoint that it alone may send to for a while.' })
@Inaccessible()
@Access('INTERNAL')
class ClaimedWebhook {
  @Field(() => ID, { description: 'The lease.' }) lease!: string;
  @Field(() => String, { description: 'The version of its settings.' }) version!: string;
  @Field(() => ID, { description: 'Whose.' }) partner!: string;
  @Field(() => String, { description: 'Where to.' }) url!: string;
  @Field(() => [String], { nullable: true, description: 'Which types of events.' }) types!: readonly string[] | null;
  @Field(() => String, { description: 'After which cursor.' }) cursor!: string;
  @Field(() => Int, { description: 'Failures in a row.' }) attempts!: number;
  @Field(() => [String], { description: 'Secrets, sealed, newest first.' }) secrets!: readonly string[];
}

@ObjectType({ description: 'For the gateway: what there is to deliver.' })
@Inaccessible()
@Access('INTERNAL')
class WebhookWork {
  @Field(() => Date, { description: 'The real time, by which messages are signed.' }) now!: Date;
  @Field(() => [ID], { description: 'Partners with an endpoint that is active.' }) partners!: readonly string[];
  @Field(() => [ClaimedWebhook], { description: 'What is due.' }) due!: readonly ClaimedWebhook[];
}

@InputType({ description: 'For the gateway: that a delivery failed.' })
@Inaccessible()
class WebhookFailedInput {
  @Field(() => WebhookFailureEnum, { description: 'Why.' }) reason!: WebhookFailureReason;
  @Field(() => Int, { nullable: true, description: 'HTTP status.' }) status?: number | null;
  @Field(() => ID, { nullable: true, description: 'Which event.' }) event?: string | null;
  @Field(() => Int, { nullable: true, description: 'Milliseconds until the next attempt; absent: it is disabled.' }) retryMs?:
    | number
    | null;
}

@InputType({ description: 'For the gateway: how far an endpoint is.' })
@Inaccessible()
class SettleWebhookInput {
  @Field(() => ID, { description: 'The lease.' }) lease!: string;
  @Field(() => String, { description: 'The version of its settings.' }) version!: string;
  @Field(() => String, { description: 'After what was delivered.' }) cursor!: string;
  @Field(() => Boolean, { description: 'Whether a message was taken.' }) delivered!: boolean;
  @Field(() => WebhookFailedInput, { nullable: true, description: 'That one was not.' }) failure?: WebhookFailedInput | null;
  @Field(() => Date, { nullable: true, description: 'When the oldest event that waits happened.' }) behindSince?: Date | null;
  @Field(() => Int, { nullable: true, description: 'When it is looked at again, in milliseconds; absent: the lease goes on.' })
  lookInMs?: number | null;
  @Field(() => Int, { description: 'For how long a lease is, in milliseconds.' }) leaseMs!: number;
}

@ObjectType({ description: 'For the gateway: whether it was written down.' })
@Inaccessible()
@Access('INTERNAL')
class WebhookSettled {
  @Field(() => Boolean, { description: 'False: the lease is over or the endpoint was changed; stop.' }) settled!: boolean;
  @Field(() => Date, { description: 'The real time.' }) now!: Date;
}

/** How the gateway's instances share the delivery of webhooks. */
@Resolver()
export class DeliverResolver {
  @Mutation(() => WebhookWork, { description: 'For the gateway: takes what is due and nobody else is at.' })
  @Internal()
  async claimWebhooks(
    @Arg('free', () => Int, { description: 'How many at the most.' }) free: number,
    @Arg('leaseMs', () => Int, { description: 'For how long.' }) leaseMs: number,
    @Arg('partners', () => [ID], { description: 'To whom something happened.' }) partners: string[],
    @Ctx() { em }: Context,
  ): Promise<WebhookWork> {
    const due = free > 0 ? await claimWebhooks(em, { free, leaseMs, partners }) : [];
    return as(WebhookWork, {
      due: due.map((each) => as(ClaimedWebhook, each)),
      partners: await activePartners(em),
      now: await realNow(em),
    });
  }

  @Mutation(() => WebhookSettled, { description: 'For the gateway: writes down how far an endpoint is.' })
  @Internal()
  async settleWebhook(
    @Arg('input', () => SettleWebhookInput, { description: 'How far.' }) input: SettleWebhookInput,
    @Ctx() { em }: Context,
  ): Promise<WebhookSettled> {
    const { failure, behindSince, lookInMs, ...rest } = input;
    const settled = await settleWebhook(em, {
      ...rest,
      behindSince: behindSince ?? null,
      lookInMs: lookInMs ?? null,
      failure: failure
        ? { reason: failure.reason, status: failure.status ?? null, event: failure.event ?? null, retryMs: failure.retryMs ?? null }
        : null,
    });
    return as(WebhookSettled, { settled, now: await realNow(em) });
  }
}
