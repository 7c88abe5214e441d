import { auditOwners, auditTrail } from '../kernel/audit.resolver.js';
import { eventsResolver } from '../kernel/events/events.resolver.js';
import { forgetEvents } from '../kernel/events/kept.js';
import type { SubgraphDefinition } from '../kernel/subgraph.js';
import { type Loaders, loaders } from './context.js';
import { HoldResolver } from './redemption/hold.resolver.js';
import { Item } from './items/item.entity.js';
import { ItemResolver, references as itemReferences } from './items/item.resolver.js';
import { Me, MeResolver, ownerOfMe, references as meReferences } from './me.stub.js';
import { Coupon } from './coupons/coupon.entity.js';
import { CouponItemResolver, CouponResolver, MyCoupons, ownerOfCoupon } from './coupons/coupon.resolver.js';
import { CouponReversalResolver } from './coupons/coupon-reversal.resolver.js';
import { Campaign } from './campaigns/campaign.entity.js';
import { CampaignResolver } from './campaigns/campaign.resolver.js';
import { Catalog20261122Campaigns } from './migrations/campaigns.js';
import { Cause } from './donations/cause.entity.js';
import { CauseResolver } from './donations/cause.resolver.js';
import { Donation } from './donations/donation.entity.js';
import { DonationResolver, MyDonations, ownerOfDonation, ownerOfDonor } from './donations/donation.resolver.js';
import { Catalog20261122Donations } from './donations/migrations/donations.js';
import { withoutDonors } from './donations/without-donors.js';
import { Drop } from './drops/drop.entity.js';
import { DropItemResolver, DropResolver } from './drops/drop.resolver.js';
import { Catalog20261122Drops } from './migrations/drops.js';
import { Catalog20261122Coupons } from './migrations/coupons.js';
import { Catalog20261122CreditThreshold } from './migrations/credit-threshold.js';
import { Catalog20261121Initial } from './migrations/initial.js';
import { Catalog20261122PartCapture } from './migrations/part-capture.js';
import { Catalog20261122Pricing } from './migrations/pricing.js';
import { Catalog20261123Policies } from './migrations/policies.js';
import { ComplaintsOfItem, type Defect, DefectOfLine, DefectResolver } from './complaints/complaint.resolver.js';
import { SupplierResolver } from './complaints/supplier.resolver.js';
import { WithdrawalResolver } from './items/withdrawal.resolver.js';
import { CategoryBlockResolver } from './items/category-block.resolver.js';
import { settleCoupons } from './coupons/settle-coupons.js';
import { Catalog20261123Events } from './migrations/events.js';
import { Catalog20261123CouponClearing } from './migrations/coupon-clearing.js';
import { Catalog20261125CouponReturns } from './migrations/coupon-returns.js';
import { Catalog20261130ForgottenCoupons } from './migrations/forgotten-coupons.js';
import { Catalog20261130Withdrawals } from './migrations/withdrawals.js';
import { Catalog20261123ItemGates } from './migrations/item-gates.js';
import { PolicyResolver } from './policies/policy.resolver.js';
import { PricingResolver } from './pricing/pricing.resolver.js';
import { PriceResolver } from './pricing/price.resolver.js';
import { CatalogInsight20261123Choices } from './insight/migrations/choices.js';
import { type PreferenceCategory, type PreferenceReport, PreferenceResolver } from './insight/preference.resolver.js';
import { Quote } from './quotes/quote.entity.js';
import { type Ladder, LadderResolver } from './ladders/ladder.resolver.js';
import { Catalog20261123Ladders } from './migrations/ladders.js';
import { type MemberOffer, OfferResolver } from './offers/offer.resolver.js';
import { BurnLimitOfRefusalResolver } from './redemption/burn-limit.resolver.js';
import { Catalog20261124Deducted } from './migrations/deducted.js';
import { Catalog20261124LadderPurchases } from './migrations/ladder-purchases.js';
import { Catalog20261124ReturnReferences } from './migrations/return-references.js';
import { Catalog20261123TargetedOffers } from './migrations/targeted-offers.js';
import { personal } from './personal-data.js';
import { SlotOfLine, SlotResolver } from './slots/slot.resolver.js';
import { Catalog20261123Slots } from './migrations/slots.js';
import { QuoteResolver, SplitPreviewResolver } from './quotes/quote.resolver.js';
import { type RedeemableItem, RedeemableResolver } from './items/redeemable.resolver.js';
import { Redemption, RedemptionLine } from './redemption/redemption.entity.js';
import { RedemptionLineResolver, RedemptionResolver, references as redemptionReferences } from './redemption/redemption.resolver.js';
import type { QuoteHold, SplitAnswer } from './redemption/results.js';
import { resumeRedemptions } from './redemption/resume-redemptions.js';
import { ReturnRulesResolver } from './redemption/return-rules.resolver.js';
import { ReturnResolver } from './redemption/return.resolver.js';

const ownerOf = ({ memberUid, acceptorId }: { memberUid: string; acceptorId: string }) => ({ member: memberUid, partners: [acceptorId] });

/** Items and their prices, quotes, redemptions and returns. */
export const subgraph: SubgraphDefinition<Loaders> = {
  name: 'catalog',
  entities: [Item, Coupon, Campaign, Drop, Quote, Redemption, RedemptionLine, Cause, Donation],
  migrations: [
    Catalog20261121Initial,
    Catalog20261122Pricing,
    Catalog20261122Coupons,
    Catalog20261122Campaigns,
    Catalog20261122CreditThreshold,
    Catalog20261122Drops,
    Catalog20261123Policies,
    Catalog20261122Donations,
    Catalog20261123ItemGates,
    Catalog20261123CouponClearing,
    Catalog20261123Ladders,
    Catalog20261123Slots,
    Catalog20261122PartCapture,
    Catalog20261123TargetedOffers,
    CatalogInsight20261123Choices,
    Catalog20261123Events,
    Catalog20261124ReturnReferences,
    Catalog20261124Deducted,
    Catalog20261124LadderPurchases,
    Catalog20261125CouponReturns,
    Catalog20261130ForgottenCoupons,
    Catalog20261130Withdrawals,
  ],
  resolvers: [
    BurnLimitOfRefusalResolver,
    ItemResolver,
    RedeemableResolver,
    PriceResolver,
    PricingResolver,
    PolicyResolver,
    CategoryBlockResolver,
    WithdrawalResolver,
    SupplierResolver,
    DefectResolver,
    DefectOfLine,
    ComplaintsOfItem,
    CouponResolver,
    CouponReversalResolver,
    CouponItemResolver,
    MyCoupons,
    CampaignResolver,
    DropResolver,
    DropItemResolver,
    QuoteResolver,
    SplitPreviewResolver,
    LadderResolver,
    SlotResolver,
    SlotOfLine,
    OfferResolver,
    PreferenceResolver,
    HoldResolver,
    RedemptionResolver,
    RedemptionLineResolver,
    ReturnResolver,
    CauseResolver,
    DonationResolver,
    MyDonations,
    ReturnRulesResolver,
    MeResolver,
    eventsResolver(withoutDonors),
    auditTrail('catalogAudit', 'items and redemptions'),
  ],
  orphanedTypes: [Me],
  references: { ...itemReferences, ...redemptionReferences, ...meReferences },
  owners: {
    ...auditOwners,
    Me: ownerOfMe,
    Item: ({ ownerId }: Item) => ({ partners: [ownerId] }),
    RedeemableItem: ({ memberUid, item }: RedeemableItem) => ({ member: memberUid, partners: [item.ownerId] }),
    Coupon: ownerOfCoupon,
    Campaign: ({ ownerId }: Campaign) => ({ partners: [ownerId] }),
    Quote: (quote: Quote) => ownerOf(quote),
    SplitAnswer: (answer: SplitAnswer) => ownerOf(answer),
    QuoteHold: ({ quote }: QuoteHold) => ownerOf(quote),
    MemberOffer: ({ memberUid }: MemberOffer) => ({ member: memberUid, partners: [] }),
    PreferenceReport: ({ partnerId }: PreferenceReport) => ({ partners: [partnerId] }),
    PreferenceCategory: ({ partnerId }: PreferenceCategory) => ({ partners: [partnerId] }),
    Ladder: ({ memberUid, ownerId }: Ladder) => ({ member: memberUid, partners: [ownerId] }),
    Defect: (defect: Defect) => ownerOf(defect),
    Redemption: (redemption: Redemption) => ownerOf(redemption),
    Donation: ownerOfDonation,
    Member: ownerOfDonor,
  },
  loaders,
  personal,
  jobs: [resumeRedemptions, settleCoupons, forgetEvents],
};
