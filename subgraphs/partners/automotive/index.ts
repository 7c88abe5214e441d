import { tradeSubgraph } from '../trade.js';
import { MemberResolver, reports, ServiceOrderResolver } from './automotive.resolver.js';
import { desk } from './desk.js';
import { Member } from './member.stub.js';
import { Automotive20261121Initial } from './migrations/initial.js';

/** Garages: service orders, vouchers for work. */
export const subgraph = tradeSubgraph({
  name: 'automotive',
  reports,
  desk,
  member: Member,
  migration: Automotive20261121Initial,
  resolvers: [ServiceOrderResolver, MemberResolver],
  holdings: ['ServiceVoucher'],
});
