import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../../kernel/sql.js';
import type { Job } from '../../../kernel/subgraph.js';
import { raise } from '../alerts.js';
import { type CreditLevelName, isWorse, levelOf } from './credit.js';
import { forgetStops } from './stops.js';

/**
 * Folds what came since the last time into the positions, says who comes near a limit or reaches it, and stops or lets go of the points
 * of those. A position that somebody else folds is left to them.
 */
export const foldCredit: Job = {
  name: 'fold-credit',
  everyMs: 2_000,
  async run({ em }) {
    for (const { partner } of await rows<{ partner: string }>(em, 'select partner from credit_limit order by partner'))
      await em.fork().transactional((tx) => fold(tx as EntityManager, partner));
    await forgetStops(em);
  },
};

async function fold(tx: EntityManager, partner: string): Promise<void> {
  const [before] = await rows<{ level: CreditLevelName }>(
    tx,
    'select level from credit_position where partner = ? for update skip locked',
    [partner],
  );
  if (!before) return;
  const [now] = await rows<Record<'used_fen' | 'limit_fen' | 'alert_fen', string>>(
    tx,
    `with gone as (delete from credit_movement where partner = ? returning fen)
     update credit_position p set used_fen = p.used_fen + (select coalesce(sum(fen), 0) from gone)
     from credit_limit l where p.partner = ? and l.partner = p.partner returning p.used_fen, l.limit_fen, l.alert_fen`,
    [partner, partner],
  );
  if (!now) return;
  const [usedFen, limitFen, alertFen] = [BigInt(now.used_fen), BigInt(now.limit_fen), BigInt(now.alert_fen)];
  const level = levelOf(usedFen, { limitFen, alertFen });
  if (level === before.level) return;
  await rows(tx, 'update credit_position set level = ? where partner = ?', [level, partner]);
  if (isWorse(before.level, level))
    await raise(tx, { partner, kind: level === 'REACHED' ? 'CREDIT_REACHED' : 'CREDIT_NEAR', limitFen, alertFen, usedFen });
}
