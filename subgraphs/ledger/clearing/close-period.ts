import type { EntityManager } from '@mikro-orm/postgresql';
import { now } from '../../kernel/clock.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { sumOf } from '../../kernel/rational.js';
import { rows } from '../../kernel/sql.js';
import { fold } from './fold.js';
import { asJson } from './json-rows.js';
import { type Net, netsOf } from './netting.js';
import { endOf } from './period.js';

export type CloseOutcome =
  | { readonly kind: 'closed'; readonly period: string; readonly before: boolean }
  | { readonly kind: 'refused'; readonly code: 'PERIOD_NOT_OVER'; readonly endsAt: Date }
  | { readonly kind: 'refused'; readonly code: 'NOT_ZERO_SUM'; readonly totalFen: bigint };

/** Closes a month that is over: its nets are fixed, and whatever arises later belongs to the next one. Closing it again changes nothing. */
export function closePeriod(em: EntityManager, key: WriteKey, period: string): Promise<Once<CloseOutcome>> {
  return once<CloseOutcome>(em, key, { period }, async (tx) => {
    const outcome = await close(tx, period, key.principal);
    if (outcome.kind === 'closed' && !outcome.before) {
      const nets = await rows<{ partner: string; net_fen: string }>(tx, 'select partner, net_fen from settlement_net where period = ?', [
        period,
      ]);
      const fixed = nets.map(({ partner, net_fen }) => ({ partner, netFen: Number(net_fen) }));
      await auditChange(tx, key, { before: { period, status: 'OPEN' }, after: { period, status: 'CLOSED', nets: fixed } });
    }
    return outcome;
  });
}

/**
 * Waits for the appends under way and holds off new ones until commit. Each step is a statement of its own: a statement sees what was
 * committed when it began, so the fold has to begin after the wait.
 */
export async function close(tx: EntityManager, period: string, by: string): Promise<CloseOutcome> {
  await rows(tx, `select pg_advisory_xact_lock(hashtext('tongdui clearing'))`);
  if ((await rows(tx, 'select from settlement_period where id = ?', [period])).length > 0) return { kind: 'closed', period, before: true };
  const endsAt = endOf(period);
  if ((await now(tx)) < endsAt) return { kind: 'refused', code: 'PERIOD_NOT_OVER', endsAt };
  const nets = netsOf(await fold(tx, period));
  const totalFen = sumOf(nets.map((net) => net.netFen));
  if (totalFen !== 0n) return { kind: 'refused', code: 'NOT_ZERO_SUM', totalFen };
  await record(tx, period, by, nets);
  return { kind: 'closed', period, before: false };
}

async function record(tx: EntityManager, period: string, by: string, nets: readonly Net[]): Promise<void> {
  await rows(tx, `insert into settlement_period (id, status, closed_at, closed_by, total_fen) values (?, 'CLOSED', clock(), ?, 0)`, [
    period,
    by,
  ]);
  await rows(
    tx,
    `insert into settlement_net (period, partner, receivable_fen, payable_fen, fee_fen, net_fen)
     select ?, partner, "receivableFen", "payableFen", "feeFen", "netFen" from json_to_recordset(?::json)
       as net (partner text, "receivableFen" bigint, "payableFen" bigint, "feeFen" bigint, "netFen" bigint)`,
    [period, asJson(nets)],
  );
}
