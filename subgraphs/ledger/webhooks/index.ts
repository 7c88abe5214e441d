import type { Owner } from '../../../schema/decide.js';
import { DeliverResolver } from './deliver.resolver.js';
import { LedgerWebhooks20261124 } from './migrations/webhooks.js';
import type { Webhook, WebhookFailure } from './webhook.types.js';
import { PartnerWebhooks, webhookReferences, WebhookResolver } from './webhook.resolver.js';
import { WebhookWriteResolver } from './webhook-write.resolver.js';

const ofPartner = ({ partner }: Webhook | WebhookFailure): Owner => ({ partners: [partner] });

/** Where partners' systems are told, and how far they were. A part of the ledger, merged into it by the ledger's `index.ts`. */
export const webhooks = {
  migrations: [LedgerWebhooks20261124],
  resolvers: [WebhookResolver, PartnerWebhooks, WebhookWriteResolver, DeliverResolver] as const,
  references: webhookReferences,
  owners: { Webhook: ofPartner, WebhookFailure: ofPartner },
};
