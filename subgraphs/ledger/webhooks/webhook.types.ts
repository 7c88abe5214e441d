import { Field, ID, Int, ObjectType } from 'type-graphql';
import { type EventTypeName, eventTypeMeaning, eventTypes } from '../../../schema/event-types.js';
import { webhookFailureMeaning, type WebhookFailureReason, webhookFailures } from '../../../schema/webhook-failures.js';
import { Access, Key } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';

export const EventType = enumOf<EventTypeName>('EventType', eventTypeMeaning, eventTypes);
export const WebhookFailureEnum = enumOf<WebhookFailureReason>('WebhookFailureReason', webhookFailureMeaning, webhookFailures);

export const WebhookState = enumOf('WebhookState', 'How it goes with a webhook.', {
  ACTIVE: 'What happens is delivered.',
  FAILING: 'The last delivery failed and is tried again; what follows on it waits.',
  DISABLED: 'Nothing is delivered until it is resumed; nothing is lost meanwhile, as long as events are kept.',
});
export type WebhookState = keyof typeof WebhookState;

@ObjectType({ description: 'The last delivery that failed.' })
@Access('OWN', 'events.read:own', 'webhooks.write:own')
export class WebhookFailure {
  @Field(() => Date, { description: 'When.' }) at!: Date;
  @Field(() => WebhookFailureEnum, { description: 'Why.' }) reason!: WebhookFailureReason;
  @Field(() => Int, { nullable: true, description: 'HTTP status of the answer, where there was one.' }) status!: number | null;
  @Field(() => ID, {
    nullable: true,
    description: 'Id of the event, which is also the cursor after it: resume from there to leave it out.',
  })
  event!: string | null;

  partner!: string;
}

@ObjectType({ description: "Where a partner's system is told what happens to it: signed messages, in order, each at least once." })
@Key('id')
@Access('OWN', 'events.read:own', 'webhooks.write:own')
export class Webhook {
  @Field(() => ID, { description: 'Opaque id.' }) id!: string;
  @Field(() => String, { description: "Its name among the partner's own." }) name!: string;
  @Field(() => String, { description: 'Where messages go.' }) url!: string;
  @Field(() => [EventType], { nullable: true, description: 'Only these; absent: all.' }) types!: readonly EventTypeName[] | null;
  @Field(() => WebhookState, { description: 'How it goes.' }) state!: WebhookState;
  @Field(() => Date, { description: 'Since when it goes so.' }) since!: Date;
  @Field(() => Date, { nullable: true, description: 'When the last message was taken.' }) deliveredAt!: Date | null;
  @Field(() => String, { description: 'Cursor after what was delivered: `events(after:)` reads on from there.' }) cursor!: string;
  @Field(() => WebhookFailure, { nullable: true, description: 'The last delivery that failed, also where others succeeded since.' })
  failure!: WebhookFailure | null;
  @Field(() => Int, { description: 'Failures in a row.' }) attempts!: number;
  @Field(() => Date, { nullable: true, description: 'When it is tried again; absent where nothing failed.' }) nextAttemptAt!: Date | null;
  @Field(() => Date, { nullable: true, description: 'When the oldest event happened that is known to wait; absent where none is.' })
  behindSince!: Date | null;
  @Field(() => Date, { nullable: true, description: 'Until when an old secret signs beside the new one; absent where there is one only.' })
  oldSecretUntil!: Date | null;

  partner!: string;
}
