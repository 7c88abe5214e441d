import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { TransferPolicy } from './transfer-policy.js';

export interface ProgrammePolicy extends TransferPolicy {
  readonly programme: string;
}

/** The policies that programmes were given; those without one are left out. */
export async function readPolicies(em: EntityManager, programmes: readonly string[]): Promise<ProgrammePolicy[]> {
  const found = await rows<{
    programme: string;
    allowed: boolean;
    period_days: number;
    sent_points: string;
    received_points: string;
    senders: number;
  }>(em, 'select * from transfer_policy where programme = any(?::text[])', [programmes]);
  return found.map((row) => ({
    programme: row.programme,
    allowed: row.allowed,
    periodDays: row.period_days,
    sentPoints: BigInt(row.sent_points),
    receivedPoints: BigInt(row.received_points),
    senders: row.senders,
  }));
}
