import type { Owner } from '../../../schema/decide.js';
import { LotOriginResolver, SourcePurchaseResolver, TracedLegResolver, TraceResolver } from './trace.resolver.js';

/** Nobody's own: a trace is for those who look at all of it. */
const nobodys = (): Owner => ({ partners: [] });

/** From a redemption back to the purchases, and the published roots. A part of the ledger, merged into it by the ledger's `index.ts`. */
export const trace = {
  resolvers: [TraceResolver, TracedLegResolver, LotOriginResolver, SourcePurchaseResolver] as const,
  owners: {
    Trace: nobodys,
    TracedLeg: nobodys,
    TracedLot: nobodys,
    TracedTransfer: nobodys,
    LotOrigin: nobodys,
    SourcePurchase: nobodys,
    ChainState: nobodys,
  },
};
