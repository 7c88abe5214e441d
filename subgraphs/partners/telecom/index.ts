import { tradeSubgraph } from '../trade.js';
import { BillTermsResolver } from './bill-terms.resolver.js';
import { desk } from './desk.js';
import { Member } from './member.stub.js';
import { Telecom20261125BillTerms } from './migrations/bill-terms.js';
import { Telecom20261121Initial } from './migrations/initial.js';
import { personal } from './personal-data.js';
import { loadCredit } from './phone-credit.js';
import { BillResolver, MemberResolver, reports } from './telecom.resolver.js';

/** Telecom: bills, phone credit, data packs. */
export const subgraph = tradeSubgraph({
  name: 'telecom',
  reports,
  desk,
  member: Member,
  migration: Telecom20261121Initial,
  resolvers: [BillResolver, MemberResolver, BillTermsResolver],
  holdings: ['DataPack'],
  loaders: (context) => ({ credit: loadCredit(context) }),
  more: { personal, migrations: [Telecom20261125BillTerms] },
});
