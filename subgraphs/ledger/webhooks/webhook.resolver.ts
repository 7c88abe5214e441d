import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { actingFor } from '../../kernel/acting-for.js';
import { writeKey } from '../../kernel/idempotency.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Partner } from '../partners/partner.entity.js';
import { removeWebhook } from './remove-webhook.js';
import { readWebhooks } from './webhook-store.js';
import { Webhook } from './webhook.types.js';

@ObjectType({ description: 'Nothing more goes there, and its secrets are gone.' })
@Access('PUBLIC')
class WebhookRemoved {
  @Field(() => String, { description: "Its name among the partner's own." }) name!: string;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

/** What needs neither a cursor nor the network; the rest of the mutations are the gateway's (`gateway/webhooks`). */
@Resolver(() => Webhook)
export class WebhookResolver {
  @Mutation(() => WebhookRemoved, { description: 'Removes a webhook for good.' })
  @Scopes('webhooks.write:own')
  async removeWebhook(
    @Arg('partner', () => ID, { nullable: true, description: 'Whose; the caller itself where absent.' }) named: string | undefined,
    @Arg('name', () => String, { defaultValue: 'main', description: "Which of the partner's own." }) name: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<WebhookRemoved> {
    const partner = actingFor(context.viewer, 'webhooks.write', named);
    const { replayed } = await removeWebhook(context, writeKey(info, context.viewer), { partner, name });
    return as(WebhookRemoved, { name, replayed });
  }
}

@Resolver(() => Partner)
export class PartnerWebhooks {
  @FieldResolver(() => [Webhook], { nullable: true, description: 'Where its system is told what happens to it, and how that goes.' })
  @Access('OWN', 'events.read:own', 'webhooks.write:own')
  webhooks(@Root() { id }: Partner, @Ctx() { em, viewer }: Context): Promise<Webhook[]> {
    return readWebhooks(em, viewer, { partners: [id] });
  }
}

export const webhookReferences = {
  Webhook: async ({ id }: { id: string }, { em, viewer }: Context): Promise<Webhook | null> =>
    (await readWebhooks(em, viewer, { ids: [id] }))[0] ?? null,
};
