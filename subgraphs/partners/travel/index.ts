import { tradeSubgraph } from '../trade.js';
import { Cancellation } from './cancellation.entity.js';
import { CancellationResolver, MemberCancellations } from './cancellation.resolver.js';
import { desk } from './desk.js';
import { finishCancellations } from './finish-cancellation.js';
import { Member } from './member.stub.js';
import { Travel20261122Cancellations } from './migrations/cancellations.js';
import { Travel20261130Compensations } from './migrations/compensations.js';
import { Travel20261125DatedTerms } from './migrations/dated-terms.js';
import { Travel20261121Initial } from './migrations/initial.js';
import { personal } from './personal-data.js';
import { BookingResolver, MemberResolver, reports } from './travel.resolver.js';

/** Airlines, hotels, scenic sites: bookings and tickets. */
export const subgraph = tradeSubgraph({
  name: 'travel',
  reports,
  desk,
  member: Member,
  migration: Travel20261121Initial,
  resolvers: [BookingResolver, MemberResolver, CancellationResolver, MemberCancellations],
  holdings: ['TravelTicket'],
  more: {
    entities: [Cancellation],
    migrations: [Travel20261122Cancellations, Travel20261125DatedTerms, Travel20261130Compensations],
    jobs: [finishCancellations],
    personal,
    owned: ['Cancellation'],
  },
});
