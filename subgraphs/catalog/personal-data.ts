import type { PersonalData } from '../kernel/personal-data.js';
import { forgetComplaints } from './complaints/forget-complaints.js';
import { giveUpCoupons, usableCoupons } from './coupons/give-up-coupons.js';
import { openRedemptions } from './redemption/open-redemptions.js';

/** What the catalog keeps of a member: what is under way must end, what is owed can be given up. */
export const personal: PersonalData = {
  // Which partner owes which one, for a coupon or for points (`owedFen` of every leg), is between the two; the ledger's holds say which points
  // were paid. Who acted is a principal, which has the internal uid or names staff.
  withheld: [
    'complaint.reported_by',
    'coupon_return.owed',
    'coupon_use.debtor',
    'coupon_use.owed',
    'quote.paid',
    'quote.split',
    'redemption.paid',
    'redemption.principal',
    'redemption_line.paid',
    'redemption_return.legs',
  ],
  async open(em, memberUid, forfeit) {
    return [...(await openRedemptions(em, memberUid)), ...(forfeit ? [] : await usableCoupons(em, memberUid))];
  },
  async forget(tx, memberUid) {
    await forgetComplaints(tx, memberUid);
    await giveUpCoupons(tx, memberUid);
  },
};
