import type { EntityManager } from '@mikro-orm/postgresql';
import { Unavailable } from '../../schema/transport.js';
import type { Open, PersonalData } from '../kernel/personal-data.js';
import { giveUpUnits } from './participation/give-up-units.js';
import { holdingsOf } from './participation/participation-store.js';
import { lockAccount } from './points/journal.js';
import { forgetPoints, isForgotten, openPoints } from './points/personal-data.js';
import { isUnderReview } from './supervision/under-review.js';

/**
 * What the ledger keeps of a member. The journal keeps the uid for ever: it is what the chain is made of, and names nobody once the member
 * is forgotten.
 */
export const personal: PersonalData = {
  // Whoever is looked into is not told by an export, nor by whom; lots on the other side of a transfer are another member's. What a correction
  // says is in columns beside its body, which has the internal uid. Who made an entry, and under which key, names staff, and that an officer's
  // freeze ended a hold; fees and what is owed are between companies, and so are the answers under keys.
  withheld: [
    'case_member',
    'write_key',
    'entry.actor',
    'entry.key',
    'hold.fee_basis_points',
    'hold.fee_borne_by',
    'hold.fen',
    'hold.returned_fen',
    'accrual.owed_fen',
    'participation_entry.by',
    'account.frozen',
    'points_freeze.frozen_by',
    'points_freeze.reason',
    'points_freeze.lifted_by',
    'points_freeze.lift_reason',
    'approval.body',
    'approval.proposed_by',
    'approval.decided_by',
    'transfer_part.from_lot',
    'transfer_part.to_lot',
  ],

  open: openMatters,

  async forget(tx, memberUid, erasure, forfeit) {
    const member = await lockAccount(tx, memberUid);
    // Something may have begun since it was asked about: a review, a hold, a purchase. Name and numbers go last, in members, and so they stay
    // until it ends.
    const open = await openMatters(tx, memberUid, forfeit);
    if (open.length > 0) throw new Unavailable('ledger', 'something of the member is open again');
    const actor = { principal: 'job:erasure', key: erasure };
    await giveUpUnits(tx, memberUid, actor.principal, `erasure ${erasure}`);
    await forgetPoints(tx, member, actor, erasure);
  },
};

async function openMatters(em: EntityManager, memberUid: string, forfeit: boolean): Promise<Open[]> {
  // A closed account has nothing that could end; a case that its uid is drawn into afterwards undoes nothing.
  if (await isForgotten(em, memberUid)) return [];
  const units = forfeit ? [] : await holdingsOf(em, memberUid);
  return [
    ...(await openPoints(em, memberUid, forfeit)),
    ...units.map(({ scheme, units: count }) => ({ what: 'UNITS', detail: `${count} ${scheme}` })),
    // Neither what is looked into, nor that it is a case or a freeze, is the member's to learn here.
    ...((await isUnderReview(em, memberUid)) ? [{ what: 'REVIEW', detail: '' }] : []),
  ];
}
