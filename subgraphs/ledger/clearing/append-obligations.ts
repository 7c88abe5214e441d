import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { rows } from '../../kernel/sql.js';
import { asJson } from './json-rows.js';
import { Obligation } from './obligation.entity.js';
import type { NewObligation } from './new-obligation.js';
import type { RecordedObligation } from './reversals.js';

/**
 * Appends in the period open now, in one round trip, and gives the ids in order. It locks no row: a partner's balance is a sum.
 * Trap: call it after the transaction's last row lock. It holds off a closing until commit, and a closing that waits holds off later
 * appends, so whoever waited for a row after appending could wait for itself.
 */
export async function appendObligations(tx: EntityManager, obligations: readonly NewObligation[]): Promise<{ id: string }[]> {
  if (obligations.length === 0) return [];
  const recorded = obligations.map((obligation) => Object.assign({ id: uuid() }, obligation));
  await rows(
    tx,
    `insert into obligation (id, at, period, kind, debtor, creditor, programme, points, fen, fee_fen, fee_borne_by, cause, redemption, reverses)
     select id, clock(), period, kind, debtor, creditor, programme, points, fen, "feeFen", "feeBorneBy", cause, redemption, reverses
       from open_settlement_period() as period,
         json_to_recordset(?::json) as new (id uuid, kind text, debtor text, creditor text, programme text, points bigint, fen bigint,
           "feeFen" bigint, "feeBorneBy" text, cause text, redemption uuid, reverses uuid)`,
    [asJson(recorded)],
  );
  return recorded.map(({ id }) => ({ id }));
}

/** Everything that a redemption made partners owe, its returns included, in the order in which it arose. */
export function obligationsOfRedemption(tx: EntityManager, redemption: string): Promise<RecordedObligation[]> {
  return tx.find(Obligation, { redemption }, { orderBy: { at: 'asc', id: 'asc' } });
}
