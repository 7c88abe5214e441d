import { tradeSubgraph } from '../trade.js';
import { finishReports } from '../finish-reports.js';
import { pagesByMember } from '../report-pages.js';
import type { Basket } from './basket.entity.js';
import { birthdayGifts } from './birthday-gifts.js';
import { desk } from './desk.js';
import { Engagement } from './engagement.entity.js';
import { type EngagementLoaders, EngagementResolver, engagements, MemberEngagements } from './engagement.resolver.js';
import { GreetingResolver, loadGreetings } from './greetings/greeting.resolver.js';
import { Member } from './member.stub.js';
import { Retail20261130EventIds } from './migrations/event-ids.js';
import { Retail20261122Engagements } from './migrations/engagements.js';
import { Retail20261125Greetings } from './migrations/greetings.js';
import { Retail20261121Initial } from './migrations/initial.js';
import { Retail20261123ReferralTurns } from './migrations/referral-turns.js';
import { Retail20261122Referrals } from './migrations/referrals.js';
import { MemberProfiles } from './profiles/profile.resolver.js';
import { personal } from './personal-data.js';
import { ReferralResolver } from './referrals/referral.resolver.js';
import { rewardReferrals } from './referrals/reward-referrals.js';
import { engagementKind } from './report-engagement.js';
import { BasketResolver, MemberResolver, reports } from './retail.resolver.js';

/** Shops, and partners without a trade of their own: baskets, shipments, receipts. */
export const subgraph = tradeSubgraph<Basket, EngagementLoaders>({
  name: 'retail',
  reports,
  desk,
  member: Member,
  migration: Retail20261121Initial,
  resolvers: [BasketResolver, MemberResolver, EngagementResolver, MemberEngagements, GreetingResolver, ReferralResolver, MemberProfiles],
  holdings: ['Shipment'],
  loaders: ({ em, viewer }): EngagementLoaders => ({ pages: pagesByMember(em, viewer, engagements), greeting: loadGreetings(em) }),
  more: {
    entities: [Engagement],
    migrations: [
      Retail20261122Engagements,
      Retail20261122Referrals,
      Retail20261123ReferralTurns,
      Retail20261125Greetings,
      Retail20261130EventIds,
    ],
    jobs: [finishReports(engagementKind, 'engagement', 'finish-engagements'), birthdayGifts, rewardReferrals],
    personal,
    owned: ['Engagement', 'PreferenceProfile'],
  },
});
