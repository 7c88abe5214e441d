import { tradeSubgraph } from '../trade.js';
import { desk } from './desk.js';
import { Member } from './member.stub.js';
import { Retail20261121Initial } from './migrations/initial.js';
import { BasketResolver, MemberResolver, reports } from './retail.resolver.js';

/** Shops, and partners without a trade of their own: baskets, shipments, receipts. */
export const subgraph = tradeSubgraph({
  name: 'retail',
  reports,
  desk,
  member: Member,
  migration: Retail20261121Initial,
  resolvers: [BasketResolver, MemberResolver],
  holdings: ['Shipment'],
});
