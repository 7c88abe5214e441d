import type { PersonalData } from '../../../kernel/personal-data.js';
import { change } from '../../../kernel/sql.js';

/** Whoever is forgotten earns nothing any more, and nobody earns by them; when the other one bought is the other one's. */
export const personal: PersonalData = {
  withheld: ['referral.bought_at'],
  async forget(tx, memberUid) {
    await change(tx, `update referral set state = 'LAPSED' where state = 'WAITING' and (referrer_uid = ? or referred_uid = ?)`, [
      memberUid,
      memberUid,
    ]);
  },
};
