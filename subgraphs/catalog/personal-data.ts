import type { PersonalData } from '../kernel/personal-data.js';
import { forgetComplaints } from './complaints/forget-complaints.js';
import { giveUpCoupons, usableCoupons } from './coupons/give-up-coupons.js';
import { openRedemptions } from './redemption/open-redemptions.js';

/** What the catalog keeps of a member: what is under way must end, what is owed can be given up. */
export const personal: PersonalData = {
  // Which partner owes which one for a coupon is between the two.
  withheld: ['coupon_return.owed', 'coupon_use.debtor', 'coupon_use.owed'],
  async open(em, memberUid, forfeit) {
    return [...(await openRedemptions(em, memberUid)), ...(forfeit ? [] : await usableCoupons(em, memberUid))];
  },
  async forget(tx, memberUid) {
    await forgetComplaints(tx, memberUid);
    await giveUpCoupons(tx, memberUid);
  },
};
