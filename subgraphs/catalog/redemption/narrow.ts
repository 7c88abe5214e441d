import type { EntityManager } from '@mikro-orm/postgresql';
import { encode } from '../../kernel/json.js';
import { sumOf } from '../../kernel/rational.js';
import { change } from '../../kernel/sql.js';
import { captureOf } from './part-capture.js';
import { RedemptionLine } from './redemption.entity.js';
import { sumLegs } from './returns.js';

/** Makes a redemption, whose row is locked, cost `fen` instead of what was held for it; the ledger is told when it is captured. */
export async function narrow(tx: EntityManager, redemption: string, fen: bigint): Promise<void> {
  const known = await tx.find(RedemptionLine, { redemptionId: redemption }, { disableIdentityMap: true, orderBy: { line: 'asc' } });
  const lines = captureOf(
    fen,
    known.map(({ line, priceFen, paid, cashFen }) => ({ line, priceFen, legs: paid, cashFen })),
  );
  for (const { line, priceFen, legs, cashFen } of lines)
    await change(tx, 'update redemption_line set price_fen = ?, paid = ?, cash_fen = ? where redemption_id = ? and line = ?', [
      priceFen,
      encode(legs),
      cashFen,
      redemption,
      line,
    ]);
  await change(tx, 'update redemption set price_fen = ?, cash_fen = ?, paid = ?, narrowed = true where id = ?', [
    fen,
    sumOf(lines.map((line) => line.cashFen)),
    encode(sumLegs(lines.flatMap((line) => line.legs))),
    redemption,
  ]);
}
