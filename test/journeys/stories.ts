import { adminStory } from './admin.js';
import { bankStory } from './bank.js';
import { clearingStory, paymentStory } from './clearing.js';
import { crossIssuerStory } from './cross-issuer.js';
import { donationStory } from './donation.js';
import { eventsStory } from './events.js';
import { frontendStory } from './frontend.js';
import { garageStory } from './garage.js';
import { hostileStory } from './hostile.js';
import { insightStory } from './insight.js';
import { cancellationStory, creditStory, engagementStory } from './people.js';
import { movementsStory } from './movements.js';
import { offersStory } from './offers.js';
import { pricesStory } from './prices.js';
import { returnsStory } from './returns.js';
import { rulesStory } from './rules.js';
import { rightsStory } from './rights.js';
import { settlementStory } from './settlement.js';
import { supervisionStory } from './supervision.js';
import type { Story } from './story.js';
import { telecomStory } from './telecom.js';
import { tierStory } from './tiers.js';
import { webhooksStory } from './webhooks.js';

/** Every story, told once in one process and once over separate ones. */
export const stories: Readonly<Record<string, Story>> = {
  'the telephone bill': telecomStory,
  'the garage': garageStory,
  'the bank card': bankStory,
  "another issuer's points": crossIssuerStory,
  'the member at the screen': frontendStory,
  'a good credit record': creditStory,
  'a cancelled flight': cancellationStory,
  'lectures and surveys': engagementStory,
  'a customer who buys more': tierStory,
  'what refunds pay for': returnsStory,
  'how purchases earn': rulesStory,
  'what was agreed, and what it came to': rightsStory,
  'what must not work': hostileStory,
  'offers, coupons, campaigns and drops': offersStory,
  'prices, appointments and publish gates': pricesStory,
  'less than was held, from hand to hand, and frozen': movementsStory,
  'the admins': adminStory,
  'packs, credit and liability': clearingStory,
  'points given away, and green ones': donationStory,
  'look-through supervision': supervisionStory,
  'the end of the month': settlementStory,
  'what the month pays': paymentStory,
  'what shops learn of their members': insightStory,
  'told as it happens': eventsStory,
  'told where it wants to be': webhooksStory,
};
