import type { EntityManager } from '@mikro-orm/postgresql';
import { now } from '../../kernel/clock.js';
import { timesDown } from '../../kernel/rational.js';
import { rows } from '../../kernel/sql.js';
import type { Partner } from '../partners/partner.entity.js';
import { issuePriceOf, type Programme } from '../partners/programme.entity.js';
import { appendObligations } from './append-obligations.js';
import { mustHaveCredit } from './credit/credit-store.js';
import { obligationsOf } from './obligations.js';
import { drawPacks } from './packs/pack-store.js';

/** Points that an accrual gave, for which its partner answers to their issuer. */
export interface ChargedAccrual {
  readonly accrual: string;
  readonly partner: Partner;
  readonly programme: Programme;
  readonly points: bigint;
  readonly redemption: string | null;
}

/**
 * What a partner pays for another issuer's points: drawn from its packs as far as these reach, the rest is owed at the issuer's price.
 * The accrual's row says what is owed. Throws `LimitReached` where the partner may not owe so much; the last thing that an accrual does.
 */
export async function chargeAccrual(tx: EntityManager, { accrual, partner, programme, points, redemption }: ChargedAccrual): Promise<void> {
  if (partner.id === programme.issuerId) return;
  const [terms] = await rows<{ packs: boolean; limited: boolean }>(
    tx,
    `select exists (select from pack where partner = ? and programme = ? and left_points > 0) as packs,
       exists (select from credit_limit where partner = ?) as limited`,
    [partner.id, programme.id, partner.id],
  );
  const drawn = { accrual, partner: partner.id, programme: programme.id, points };
  const covered = terms?.packs ? await drawPacks(tx, { ...drawn, now: await now(tx) }) : 0n;
  const billed = points - covered;
  const fen = timesDown(billed, issuePriceOf(programme));
  if (covered > 0n) await rows(tx, 'update accrual set owed_fen = ? where id = ?', [fen, accrual]);
  if (fen === 0n) return;
  if (terms?.limited) await mustHaveCredit(tx, partner.id, fen);
  const acceptor = { id: partner.id, feeBasisPoints: 0, feeBorneBy: partner.feeBorneBy };
  const legs = [{ programme: programme.id, issuer: programme.issuerId, points: billed, fen }];
  await appendObligations(tx, obligationsOf({ kind: 'ACCRUAL', acceptor, legs, cause: accrual, redemption }));
}
