import type { Owner } from '../../schema/decide.js';
import { auditOwners, auditTrail } from '../kernel/audit.resolver.js';
import { eventsResolver } from '../kernel/events/events.resolver.js';
import type { SubgraphDefinition } from '../kernel/subgraph.js';
import { Accrual } from './accrual/accrual.entity.js';
import { accrualReferences, AccrualResolver } from './accrual/accrual.resolver.js';
import { CertificateResolver } from './accrual/certificates/certificate.resolver.js';
import { ProductCertificate } from './accrual/certificates/product-certificate.entity.js';
import { ConfirmPendingResolver } from './accrual/confirm-pending.resolver.js';
import { EventGiversResolver } from './accrual/event-givers.resolver.js';
import { PreviewResolver } from './accrual/preview.resolver.js';
import { LedgerAccrual20261125Certificates } from './accrual/migrations/certificates.js';
import { LedgerAccrual20261122FairRules } from './accrual/migrations/fair-rules.js';
import { GateResolver } from './accrual/publishing/gate.resolver.js';
import { ProjectResolver } from './accrual/project/project.resolver.js';
import { AccrualRule } from './accrual/rule.entity.js';
import { ruleReferences, RuleResolver } from './accrual/rule.resolver.js';
import { ownerOfChange, ProposedChange } from './approvals/change.entity.js';
import { ChangeResolver } from './approvals/change.resolver.js';
import { LedgerApprovals20261130AboutMembers } from './approvals/migrations/about-members.js';
import { LedgerApprovals20261130KeptPrice } from './approvals/migrations/kept-price.js';
import { RateResolver } from './approvals/rate.resolver.js';
import { SimulateResolver } from './accrual/simulate/simulate.resolver.js';
import type { SimulatedMember } from './accrual/simulate/simulation.types.js';
import { clearing } from './clearing/index.js';
import { closePeriods } from './closing/close-periods.js';
import { ClosingResolver, type SettlementClosing } from './closing/closing.resolver.js';
import { LedgerClosing20261122 } from './closing/migrations/closing.js';
import { type Context, type Loaders, loaders } from './context.js';
import {
  type DormancyNudge,
  DormancyNudgeResolver,
  type DormancyReport,
  DormancyResolver,
  MyDormancy,
} from './insight/dormancy.resolver.js';
import { LedgerEvents20261123 } from './events/migrations/emitted.js';
import { FirstPurchaseResolver } from './insight/first-purchase.resolver.js';
import { LedgerInsight20261123Dormancy } from './insight/migrations/dormancy.js';
import { LedgerInsight20261122Purchases } from './insight/migrations/purchases.js';
import { PurchasesSinceResolver } from './insight/purchases-since.resolver.js';
import { SpendWindowsResolver } from './insight/spend-windows.resolver.js';
import { FreezeResolver, MemberFreezes, type PointsFreeze } from './freezes/freeze.resolver.js';
import { LedgerFreezes20261122 } from './freezes/migrations/freezes.js';
import { liability } from './liability/index.js';
import { Me, Member, MemberPoints, MemberUsable, MyPoints, stubOwners, stubReferences } from './member.stub.js';
import { LedgerApprovals20261122 } from './migrations/approvals.js';
import { Ledger20261122CreditFactor } from './migrations/credit-factor.js';
import { Ledger20261122Events } from './migrations/events.js';
import { Ledger20261121Initial } from './migrations/initial.js';
import { LedgerProof20261121Roots } from './proof/migrations/roots.js';
import { sealRoots } from './proof/seal.js';
import { Partner } from './partners/partner.entity.js';
import { PartnerResolver } from './partners/partner.resolver.js';
import { Programme } from './partners/programme.entity.js';
import { ProgrammeResolver } from './partners/programme.resolver.js';
import { TermsResolver } from './partners/terms.resolver.js';
import type { Entry } from './points/entry.js';
import { type Books, BooksResolver } from './points/books.resolver.js';
import { EntryResolver } from './points/entry.resolver.js';
import { HoldResolver, internalUnions } from './points/hold.resolver.js';
import { forgetWriteKeys } from './points/forget-keys.js';
import { jobs } from './points/jobs.js';
import { LedgerPoints20261130AgeOfKeys } from './points/migrations/age-of-keys.js';
import { LedgerPoints20261122CapturePart } from './points/migrations/capture-part.js';
import { LedgerPoints20261123EndHolds } from './points/migrations/end-holds.js';
import { personal } from './personal-data.js';
import { BindingLimitResolver } from './points/limits/binding-limit.resolver.js';
import { LedgerPoints20261124Arrears } from './points/migrations/arrears.js';
import { LedgerPoints20261122FewerChecks } from './points/migrations/fewer-checks.js';
import { LedgerPoints20261123Forgotten } from './points/migrations/forgotten.js';
import { LedgerPoints20261124KeptPoints } from './points/migrations/kept-points.js';
import { LedgerPoints20261130LotRevival } from './points/migrations/lot-revival.js';
import { LedgerPoints20261121OneRoundTrip } from './points/migrations/one-round-trip.js';
import { LedgerPoints20261130ReturnedGoods } from './points/migrations/returned-goods.js';
import { LedgerPoints20261123PlainBurn } from './points/migrations/plain-burn.js';
import { BurnLimitsResolver } from './points/limits/burn-limits.resolver.js';
import { LedgerPoints20261122BurnLimits } from './points/migrations/burn-limits.js';
import type { Lot } from './points/lot.js';
import { ReturnResolver, returnUnion } from './points/return.resolver.js';
import { SpendableResolver } from './points/spendable.resolver.js';
import { sharedOwner } from './points/visible-wallets.js';
import type { Balance, Wallet } from './points/wallet.js';
import { LotResolver, WalletResolver } from './points/wallet.resolver.js';
import { MyGrants, PartnerGrants } from './rights/grants.resolver.js';
import { LedgerReminders20261122 } from './reminders/migrations/reminders.js';
import { remind } from './reminders/remind.js';
import { MyReminders, ProgrammeReminders, type Reminder, ReminderResolver } from './reminders/reminder.resolver.js';
import { RightsResolver } from './rights/rights.resolver.js';
import { StandingResolver } from './rights/standing.resolver.js';
import { green } from './green/index.js';
import { participation } from './participation/index.js';
import { supervision } from './supervision/index.js';
import { foldOwedJob } from './shards/fold-owed.js';
import { trace } from './trace/index.js';
import { LedgerTransfers20261122 } from './transfers/migrations/transfers.js';
import { MyTransferAddress, ProgrammeTransfers, TransferResolver } from './transfers/transfer.resolver.js';
import { webhooks } from './webhooks/index.js';

const ofMemberAndIssuer = ({ memberUid, issuerId }: Wallet | Balance, context: Context): Promise<Owner> =>
  sharedOwner(memberUid, [issuerId], context);

/** Points: who issues them, how they are earned, held, spent and returned, and who owes whom. */
export const subgraph: SubgraphDefinition<Loaders> = {
  name: 'ledger',
  entities: [Partner, Programme, AccrualRule, ProductCertificate, Accrual, ProposedChange, ...clearing.entities],
  migrations: [
    Ledger20261121Initial,
    ...clearing.migrations,
    LedgerPoints20261121OneRoundTrip,
    LedgerPoints20261122FewerChecks,
    LedgerApprovals20261122,
    LedgerProof20261121Roots,
    Ledger20261122CreditFactor,
    Ledger20261122Events,
    LedgerInsight20261122Purchases,
    ...clearing.laterMigrations,
    LedgerPoints20261123PlainBurn,
    LedgerTransfers20261122,
    LedgerFreezes20261122,
    LedgerReminders20261122,
    LedgerClosing20261122,
    ...supervision.migrations,
    LedgerAccrual20261122FairRules,
    LedgerPoints20261122BurnLimits,
    LedgerPoints20261122CapturePart,
    ...participation.migrations,
    ...green.migrations,
    ...liability.migrations,
    LedgerPoints20261123Forgotten,
    LedgerPoints20261123EndHolds,
    LedgerInsight20261123Dormancy,
    LedgerEvents20261123,
    ...webhooks.migrations,
    LedgerPoints20261124Arrears,
    LedgerPoints20261124KeptPoints,
    LedgerAccrual20261125Certificates,
    LedgerApprovals20261130AboutMembers,
    LedgerPoints20261130ReturnedGoods,
    ...liability.laterMigrations,
    LedgerApprovals20261130KeptPrice,
    LedgerPoints20261130LotRevival,
    LedgerPoints20261130AgeOfKeys,
  ],
  resolvers: [
    BindingLimitResolver,
    PartnerResolver,
    ProgrammeResolver,
    TermsResolver,
    RuleResolver,
    CertificateResolver,
    AccrualResolver,
    PreviewResolver,
    ConfirmPendingResolver,
    GateResolver,
    SimulateResolver,
    ProjectResolver,
    EventGiversResolver,
    MemberPoints,
    MemberUsable,
    MyPoints,
    WalletResolver,
    LotResolver,
    EntryResolver,
    HoldResolver,
    BurnLimitsResolver,
    SpendableResolver,
    SpendWindowsResolver,
    FirstPurchaseResolver,
    PurchasesSinceResolver,
    DormancyResolver,
    MyDormancy,
    DormancyNudgeResolver,
    ReturnResolver,
    BooksResolver,
    ChangeResolver,
    RateResolver,
    TransferResolver,
    ProgrammeTransfers,
    MyTransferAddress,
    FreezeResolver,
    MemberFreezes,
    ClosingResolver,
    MyReminders,
    ReminderResolver,
    ProgrammeReminders,
    RightsResolver,
    StandingResolver,
    MyGrants,
    PartnerGrants,
    eventsResolver(),
    auditTrail('ledgerAudit', 'points, partners, rights and clearing'),
    ...clearing.resolvers,
    ...liability.resolvers,
    ...trace.resolvers,
    ...supervision.resolvers,
    ...participation.resolvers,
    ...green.resolvers,
    ...webhooks.resolvers,
  ],
  orphanedTypes: [Member, Me, ...clearing.orphanedTypes],
  references: {
    ...stubReferences,
    ...ruleReferences,
    ...accrualReferences,
    Partner: ({ id }: { id: string }, context: Context) => context.loaders.partner.load(id),
    Programme: ({ id }: { id: string }, context: Context) => context.loaders.programme.load(id),
    ...clearing.references,
    ...webhooks.references,
  },
  owners: {
    ...stubOwners,
    ...webhooks.owners,
    ...auditOwners,
    ProposedChange: ownerOfChange,
    Partner: ({ id }: Partner): Owner => ({ partners: [id] }),
    Wallet: ofMemberAndIssuer,
    Balance: ofMemberAndIssuer,
    Entry: ({ memberUid, issuerId }: Entry): Owner => ({ member: memberUid, partners: [issuerId] }),
    Lot: ({ memberUid, issuerId, grantorId }: Lot, context: Context): Promise<Owner> =>
      sharedOwner(memberUid, grantorId === null ? [issuerId] : [issuerId, grantorId], context),
    SimulatedMember: ({ issuerId }: SimulatedMember): Owner => ({ partners: [issuerId] }),
    Books: (_books: Books): Owner => ({}),
    SettlementClosing: (_closing: SettlementClosing): Owner => ({}),
    DormancyReport: ({ issuerId }: DormancyReport): Owner => ({ partners: [issuerId] }),
    DormancyNudge: ({ memberUid }: DormancyNudge): Owner => ({ member: memberUid }),
    Reminder: ({ memberUid }: Reminder): Owner => ({ member: memberUid }),
    PointsFreeze: (_freeze: PointsFreeze): Owner => ({}),
    Accrual: async ({ memberUid, partnerId, programmeId }: Accrual, { loaders }: Context): Promise<Owner> => ({
      member: memberUid,
      partners: [partnerId, (await loaders.programme.load(programmeId))?.issuerId ?? partnerId],
    }),
    ...clearing.owners,
    ...liability.owners,
    ...trace.owners,
    ...supervision.owners,
    ...green.owners,
  },
  loaders,
  personal,
  jobs: [...jobs, forgetWriteKeys, foldOwedJob, remind, ...clearing.jobs, closePeriods, sealRoots, ...supervision.jobs],
  extraSdl: [...internalUnions, returnUnion].map((union) => `extend union ${union} @inaccessible`).join('\n'),
};
