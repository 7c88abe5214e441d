import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import { enumSdl } from '../../schema/event-types.js';
import { idempotencyKeyOf, isKey, keyMalformed, keyMissing } from '../../schema/idempotency-key.js';
import type { Viewer } from '../../schema/viewer.js';
import { webhookFailureMeaning, webhookFailures } from '../../schema/webhook-failures.js';
import type { GatewayContext } from '../context.js';
import type { WebhookDesk, WebhookWish } from './desk.js';

/** What callers do with webhooks, as a part of the graph; how it goes with them is the ledger's to tell (`Partner.webhooks`). */
export const webhooksSdl = `
type Mutation {
  """Says where a partner's system is told what happens to it, by messages after Standard Webhooks. A new one is told what happens from now on; a known one goes on where it was, also one that was disabled if its URL is another. A token of a partner's system needs \`events.read:own\` too."""
  setWebhook(
    """Where and what."""
    input: SetWebhookInput!
  ): SetWebhookResult! @requiresScopes(scopes: [["webhooks.write:own"]]) @cost(weight: 20)
  """Delivers again: what followed on a cursor, or from where it was; also where it was disabled."""
  resumeWebhook(
    """Whose; the caller itself where absent."""
    partner: ID
    """Which of the partner's own."""
    name: String! = "main"
    """Id of an event, or any cursor of \`events\`: what followed on it is sent (again), under the same ids. Absent: from where it was."""
    after: String
  ): WebhookResumed! @requiresScopes(scopes: [["webhooks.write:own"]]) @cost(weight: 20)
  """Sends a message of type \`PING\` at once and answers what came back. Nothing else changes."""
  testWebhook(
    """Whose; the caller itself where absent."""
    partner: ID
    """Which of the partner's own."""
    name: String! = "main"
  ): WebhookTested! @requiresScopes(scopes: [["webhooks.write:own"]]) @cost(weight: 100)
}
"""A webhook as it is to be."""
input SetWebhookInput {
  """Whose; the caller itself where absent."""
  partner: ID
  """Its name among the partner's own: 1 to 40 of a–z, 0–9 and -."""
  name: String! = "main"
  """Where messages go: https, at an address of the public internet, port 443 or 8443. A sandbox takes http and this machine too."""
  url: String!
  """Only these types of events; all where nothing is said."""
  types: [EventType!]
  """Whether to make a new secret; the old one signs beside it for a day, unless the operator says otherwise."""
  rotateSecret: Boolean! = false
}
"""What became of a webhook."""
union SetWebhookResult = WebhookSet | WebhookLimitReached
"""The webhook is as it was asked for."""
type WebhookSet @policy(policies: [["class:PUBLIC"]]) {
  """The webhook."""
  webhook: Webhook
  """The secret, where this write made one: to be stored now, for nobody can read it later. The same key answers it again for a day."""
  secret: String @requiresScopes(scopes: [["webhooks.write:own"]])
  """Whether this answer was given before under the same key."""
  replayed: Boolean!
}
"""The partner has as many webhooks as it may."""
type WebhookLimitReached implements Refusal @policy(policies: [["class:PUBLIC"]]) {
  """Stable code."""
  code: String!
  """One sentence in the language of the request."""
  message: String!
  """How many it may have."""
  max: Int!
}
"""A business refusal: nothing was changed."""
interface Refusal {
  """Stable code."""
  code: String!
  """One sentence in the language of the request."""
  message: String!
}
"""The webhook delivers again."""
type WebhookResumed @policy(policies: [["class:PUBLIC"]]) {
  """The webhook."""
  webhook: Webhook
  """Whether this answer was given before under the same key."""
  replayed: Boolean!
}
"""What came back from a test."""
type WebhookTested @policy(policies: [["class:PUBLIC"]]) {
  """Whether the message was taken."""
  delivered: Boolean!
  """HTTP status of the answer, where there was one."""
  status: Int
  """Why it was not taken."""
  failure: WebhookFailureReason
  """Whether this answer was given before under the same key."""
  replayed: Boolean!
}
${enumSdl('WebhookFailureReason', webhookFailureMeaning, webhookFailures)}
"""Where a partner's system is told what happens to it: signed messages, in order, each at least once."""
type Webhook @key(fields: "id", resolvable: false) @policy(policies: [["class:OWN"]]) {
  """Opaque id."""
  id: ID!
}
`;

type Named = Parameters<WebhookDesk['test']>[0];

const deskOf = ({ webhooks }: GatewayContext): WebhookDesk => {
  if (!webhooks) throw new GraphQLError('Webhooks are not kept here', { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });
  return webhooks;
};

const stub = (id: string | null): { id: string } | null => (id === null ? null : { id });

export const webhookResolvers = {
  Mutation: {
    async setWebhook(_root: unknown, { input }: { input: WebhookWish }, context: GatewayContext, info: GraphQLResolveInfo) {
      const { viewer } = context;
      const desk = deskOf(context);
      const { id, secret, replayed } = await desk.set(input, viewer, keyOf(info, viewer));
      if (id !== null) return { __typename: 'WebhookSet', webhook: stub(id), secret, replayed };
      const message = viewer.language === 'zh-CN' ? '该伙伴的 webhook 数量已达上限' : 'The partner has as many webhooks as it may';
      return { __typename: 'WebhookLimitReached', code: 'WEBHOOK_LIMIT', message, max: desk.most };
    },
    async resumeWebhook(_root: unknown, asked: Named & { after?: string | null }, context: GatewayContext, info: GraphQLResolveInfo) {
      const { id, replayed } = await deskOf(context).resume(asked, context.viewer, keyOf(info, context.viewer));
      return { webhook: stub(id), replayed };
    },
    testWebhook: (_root: unknown, asked: Named, context: GatewayContext, info: GraphQLResolveInfo) =>
      deskOf(context).test(asked, context.viewer, keyOf(info, context.viewer)),
  },
};

function keyOf(info: GraphQLResolveInfo, viewer: Viewer): string {
  const key = idempotencyKeyOf(info, viewer);
  if (key === undefined) throw new GraphQLError(keyMissing, { extensions: { code: 'BAD_INPUT', missing: 'idempotencyKey' } });
  if (!isKey(key)) throw new GraphQLError(keyMalformed, { extensions: { code: 'BAD_INPUT', argument: 'key' } });
  return key;
}
