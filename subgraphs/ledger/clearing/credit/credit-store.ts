import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../../kernel/sql.js';
import { type CreditLevelName, type CreditTerms, levelOf, mayOwe } from './credit.js';

/** What a partner may owe and owes: everything for which no payment was made out yet, net of what others owe it. */
export interface Credit extends CreditTerms {
  readonly partner: string;
  /** Negative where others owe the partner. */
  readonly usedFen: bigint;
  readonly level: CreditLevelName;
}

/** Of a partner that nobody limited: null. */
export async function creditOf(em: EntityManager, partner: string): Promise<Credit | null> {
  const [row] = await rows<Record<'limit_fen' | 'alert_fen' | 'used_fen', string>>(em, 'select * from credit_now where partner = ?', [
    partner,
  ]);
  if (!row) return null;
  const terms = { limitFen: BigInt(row.limit_fen), alertFen: BigInt(row.alert_fen) };
  const usedFen = BigInt(row.used_fen);
  return { partner, ...terms, usedFen, level: levelOf(usedFen, terms) };
}

/** A partner would come to owe more than it may; what was being done is undone. */
export class LimitReached extends Error {
  constructor(readonly credit: Pick<Credit, 'limitFen' | 'usedFen'>) {
    super('The partner owes as much as it may');
  }
}

/**
 * Throws `LimitReached` where the partner would come to owe more than it may. It holds the partner's limit until commit, so that of two
 * at once the second sees what the first owes; a redemption never waits for that, see README. Call it just before the obligation.
 */
export async function mustHaveCredit(tx: EntityManager, partner: string, fen: bigint): Promise<void> {
  const limited = await rows(tx, 'select from credit_limit where partner = ? for update', [partner]);
  const credit = limited.length > 0 ? await creditOf(tx, partner) : null;
  if (credit && !mayOwe(credit.usedFen, credit.limitFen, fen))
    throw new LimitReached({ limitFen: credit.limitFen, usedFen: credit.usedFen });
}
