import type { EntityManager } from '@mikro-orm/postgresql';
import type { PersonalData } from '../../kernel/personal-data.js';
import { change } from '../../kernel/sql.js';

/** What shops keep of a member; when the other one of a referral bought is the other one's. */
export const personal: PersonalData = {
  withheld: ['referral.bought_at'],
  async forget(tx, memberUid) {
    await lapseReferrals(tx, memberUid);
    await forgetBirthdays(tx, memberUid);
    await forgetTraits(tx, memberUid);
  },
};

/** Whoever is forgotten earns nothing any more, and nobody earns by them. */
const lapseReferrals = (tx: EntityManager, memberUid: string): Promise<number> =>
  change(tx, `update referral set state = 'LAPSED' where state = 'WAITING' and (referrer_uid = ? or referred_uid = ?)`, [
    memberUid,
    memberUid,
  ]);

/** Number, reference and time of a gift all name a child's day. The ledger has what it came to, and members gives out the day no more. */
const forgetBirthdays = (tx: EntityManager, memberUid: string): Promise<number> =>
  change(tx, `delete from engagement where member_uid = ? and kind = 'CHILD_BIRTHDAY'`, [memberUid]);

/**
 * Sizes and colours go, and with them the fingerprint, by which they would be found by trying. The basket's number stays: under it nothing
 * else is ever recorded, whoever is named.
 */
const forgetTraits = (tx: EntityManager, memberUid: string): Promise<number> =>
  change(
    tx,
    `update basket set fingerprint = '', lines = (
       select coalesce(jsonb_agg(line - 'size' - 'colour' order by n), '[]')::text from jsonb_array_elements(lines::jsonb) with ordinality as each (line, n))
     where member_uid = ?`,
    [memberUid],
  );
