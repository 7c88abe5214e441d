import type { PersonalData } from '../../kernel/personal-data.js';
import { rows } from '../../kernel/sql.js';

/** A compensation that waits for its carrier's reinstatement is owed until it is given or given up: who is forgotten is given no points. */
export const personal: PersonalData = {
  async open(em, memberUid, forfeit) {
    if (forfeit) return [];
    const waiting = await rows<{ id: string }>(
      em,
      `select id from cancellation where member_uid = ? and state = 'RETURNED' and cancelled_by = 'CARRIER' order by id limit 100`,
      [memberUid],
    );
    return waiting.map(({ id }) => ({ what: 'COMPENSATION', detail: id }));
  },
};
