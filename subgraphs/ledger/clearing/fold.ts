import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import { operator, type Owed } from './netting.js';

interface Row {
  readonly kind: Owed['kind'];
  readonly debtor: string;
  readonly creditor: string;
  readonly fee_borne_by: Owed['feeBorneBy'];
  readonly fen: string;
  readonly fee_fen: string;
}

/**
 * A period's obligations summed by sides and terms, which net to the same as one by one. `partner`: those that it has a part in only,
 * with the fees of all for the operator.
 */
export async function fold(em: EntityManager, period: string, partner?: string): Promise<Owed[]> {
  const [part, values] =
    partner === undefined
      ? ['true', []]
      : partner === operator
        ? ['(debtor = ? or creditor = ? or fee_fen > 0)', [partner, partner]]
        : ['(debtor = ? or creditor = ?)', [partner, partner]];
  const sums = await rows<Row>(
    em,
    `select kind, debtor, creditor, fee_borne_by, sum(fen)::text as fen, sum(fee_fen)::text as fee_fen
       from obligation where period = ? and ${part} group by kind, debtor, creditor, fee_borne_by`,
    [period, ...values],
  );
  return sums.map((row) => ({
    kind: row.kind,
    debtor: row.debtor,
    creditor: row.creditor,
    feeBorneBy: row.fee_borne_by,
    fen: BigInt(row.fen),
    feeFen: BigInt(row.fee_fen),
  }));
}
