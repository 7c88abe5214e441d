import type { EntityManager } from '@mikro-orm/postgresql';
import { decode } from '../../../kernel/json.js';
import { rows } from '../../../kernel/sql.js';
import type { Purchase } from './profile.js';

/** Partners at which a member bought anything in the last months. */
export async function merchantsOf(em: EntityManager, memberUid: string, months: number): Promise<string[]> {
  const found = await rows<{ partner: string }>(
    em,
    `select distinct partner from basket where member_uid = ? and state <> 'REFUSED' and at > clock() - make_interval(months => ?) order by partner`,
    [memberUid, months],
  );
  return found.map(({ partner }) => partner);
}

/** What a member bought at one partner in the last months. */
export async function purchasesOf(em: EntityManager, memberUid: string, partner: string, months: number): Promise<Purchase[]> {
  const found = await rows<{ at: string; amount_fen: string; lines: string }>(
    em,
    `select at, amount_fen, lines from basket
     where member_uid = ? and partner = ? and state <> 'REFUSED' and at > clock() - make_interval(months => ?)`,
    [memberUid, partner, months],
  );
  return found.map(({ at, amount_fen, lines }) => ({
    at: new Date(at),
    amountFen: BigInt(amount_fen),
    lines: decode<Purchase['lines']>(lines),
  }));
}
