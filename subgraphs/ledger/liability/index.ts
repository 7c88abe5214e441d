import type { Owner } from '../../../schema/decide.js';
import { LiabilityResolver } from './liability.resolver.js';
import { LedgerLiability20261124KeptPoints } from './migrations/kept-points.js';
import { LedgerLiability20261123 } from './migrations/liability.js';
import { LedgerLiability20261130ReturnedGoods } from './migrations/returned-goods.js';

/** The issuer's own, and the operator's to read. */
const issuers = ({ issuerId }: { readonly issuerId: string }): Owner => ({ partners: [issuerId] });

/** What issuers owe for points that are out, as their accounts say it. A part of the ledger, merged into it by the ledger's `index.ts`. */
export const liability = {
  migrations: [LedgerLiability20261123],
  laterMigrations: [LedgerLiability20261124KeptPoints, LedgerLiability20261130ReturnedGoods],
  resolvers: [LiabilityResolver] as const,
  owners: {
    Liability: issuers,
    ExpiringLiability: issuers,
    LiabilityRollForward: issuers,
    PointsMovement: issuers,
    LiabilityMovement: issuers,
    RedemptionEstimate: issuers,
  },
};
