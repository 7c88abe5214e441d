import { tradeSubgraph } from '../trade.js';
import { CardTransactionResolver, MemberResolver, reports } from './banking.resolver.js';
import { desk } from './desk.js';
import { Member } from './member.stub.js';
import { Banking20261121Initial } from './migrations/initial.js';

/** Banks: what happened on cards. */
export const subgraph = tradeSubgraph({
  name: 'banking',
  reports,
  desk,
  member: Member,
  migration: Banking20261121Initial,
  resolvers: [CardTransactionResolver, MemberResolver],
});
