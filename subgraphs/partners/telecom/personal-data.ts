import type { PersonalData } from '../../kernel/personal-data.js';
import { creditLeft, giveUpCredit } from './phone-credit.js';

/** Phone credit is owed until a bill has used it. Data packs are not: they are handed over with their receipt, and nobody tells how much of one is left. */
export const personal: PersonalData = {
  async open(em, memberUid, forfeit) {
    if (forfeit) return [];
    return (await creditLeft(em, memberUid)).map(({ partner, fen }) => ({ what: 'PHONE_CREDIT', detail: `${fen} fen ${partner}` }));
  },
  forget: giveUpCredit,
};
