import { tradeSubgraph } from '../trade.js';
import { desk } from './desk.js';
import { Member } from './member.stub.js';
import { Travel20261121Initial } from './migrations/initial.js';
import { BookingResolver, MemberResolver, reports } from './travel.resolver.js';

/** Airlines, hotels, scenic sites: bookings and tickets. */
export const subgraph = tradeSubgraph({
  name: 'travel',
  reports,
  desk,
  member: Member,
  migration: Travel20261121Initial,
  resolvers: [BookingResolver, MemberResolver],
  holdings: ['TravelTicket'],
});
