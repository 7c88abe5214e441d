import type { Owner } from '../../../schema/decide.js';
import { ClearingResolver, SettlementNetResolver, StatementLineResolver, StatementResolver } from './clearing.resolver.js';
import { loaders } from './context.js';
import { CouponDebtResolver } from './coupon-debt.resolver.js';
import { LedgerClearing20261123Coupons } from './migrations/coupons.js';
import { LedgerClearing20261125CouponReturns } from './migrations/coupon-returns.js';
import { CreditResolver, StatementCreditResolver } from './credit/credit.resolver.js';
import type { CreditAlert, CreditStanding } from './credit/credit.types.js';
import { foldCredit } from './credit/fold-credit.js';
import { DisputeResolver } from './dispute.resolver.js';
import type { Dispute } from './dispute.types.js';
import { LedgerClearing20261123CreditLimits } from './migrations/credit-limits.js';
import { LedgerClearing20261122Disputes } from './migrations/disputes.js';
import { LedgerClearing20261123GuardObligations } from './migrations/guard-obligations.js';
import { LedgerClearing20261122Payments } from './migrations/payments.js';
import { LedgerClearing20261123Packs } from './migrations/packs.js';
import { LedgerClearing20261121Initial } from './migrations/initial.js';
import { LedgerClearing20261122StatementRoots } from './migrations/statement-roots.js';
import { operator } from './netting.js';
import { Obligation } from './obligation.entity.js';
import { ObligationResolver, RedemptionObligationsResolver, references } from './obligation.resolver.js';
import { PackResolver } from './packs/pack.resolver.js';
import type { PrepaidPack } from './packs/pack.types.js';
import { PaymentOrderResolver, PaymentResolver } from './payment.resolver.js';
import type { PaymentOrder } from './payment.types.js';
import { type StatementProof, StatementProofResolver } from './proof.resolver.js';
import { statementRoots } from './publish-root.js';
import { Redemption } from './redemption.stub.js';
import type { SettlementNet, Statement, StatementLine } from './settlement.types.js';

/** Clearing: who owes whom for points, month by month. A part of the ledger, merged into it by the ledger's `index.ts`. */
export const clearing = {
  entities: [Obligation],
  migrations: [
    LedgerClearing20261121Initial,
    LedgerClearing20261122StatementRoots,
    LedgerClearing20261122Disputes,
    LedgerClearing20261122Payments,
    LedgerClearing20261123Coupons,
  ],
  /** After those of the points, which change its tables too. */
  laterMigrations: [
    LedgerClearing20261123GuardObligations,
    LedgerClearing20261123Packs,
    LedgerClearing20261123CreditLimits,
    LedgerClearing20261125CouponReturns,
  ],
  jobs: [statementRoots, foldCredit],
  resolvers: [
    ClearingResolver,
    StatementResolver,
    StatementLineResolver,
    SettlementNetResolver,
    StatementProofResolver,
    DisputeResolver,
    PaymentResolver,
    CouponDebtResolver,
    PaymentOrderResolver,
    PackResolver,
    CreditResolver,
    StatementCreditResolver,
    ObligationResolver,
    RedemptionObligationsResolver,
  ] as const,
  orphanedTypes: [Obligation, Redemption],
  owners: {
    Obligation: ({ debtor, creditor, feeFen }: Obligation): Owner => ({ partners: [debtor, creditor, ...(feeFen > 0n ? [operator] : [])] }),
    Statement: ({ partner }: Statement): Owner => ({ partners: [partner] }),
    PaymentOrder: ({ partnerId }: PaymentOrder): Owner => ({ partners: [partnerId] }),
    Dispute: ({ partnerId }: Dispute): Owner => ({ partners: [partnerId] }),
    StatementProof: ({ partner }: StatementProof): Owner => ({ partners: [partner] }),
    StatementLine: ({ partner }: StatementLine): Owner => ({ partners: [partner] }),
    PrepaidPack: ({ partnerId, issuerId }: PrepaidPack): Owner => ({ partners: [partnerId, issuerId] }),
    CreditStanding: ({ partner }: CreditStanding): Owner => ({ partners: [partner] }),
    CreditAlert: ({ partner }: CreditAlert): Owner => ({ partners: [partner] }),
    SettlementNet: ({ partner }: SettlementNet): Owner => ({ partners: [partner] }),
    /** Nobody's own: those who belong to one partner read their statement. */
    SettlementPeriod: (): Owner => ({ partners: [] }),
  },
  references,
  loaders,
};
