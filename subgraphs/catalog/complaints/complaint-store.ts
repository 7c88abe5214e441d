import type { EntityManager } from '@mikro-orm/postgresql';
import { decode } from '../../kernel/json.js';
import { rows } from '../../kernel/sql.js';
import type { ComplaintFacts, FeatureDifference } from './complaint.js';

/** A complaint about one redeemed line. */
export interface Complaint {
  readonly id: string;
  readonly redemptionId: string;
  readonly line: number;
  readonly itemId: string;
  /** The version that was ordered: what was advertised then. */
  readonly itemVersion: number;
  readonly acceptorId: string;
  readonly memberUid: string;
  readonly text: string;
  readonly differences: readonly FeatureDifference[];
  readonly at: Date;
}

/** Complaints about these redemptions, in the order of their lines. */
export async function complaintsOf(em: EntityManager, redemptions: readonly string[]): Promise<Complaint[]> {
  const found = await rows<
    Record<'id' | 'redemption_id' | 'item_id' | 'acceptor_id' | 'member_uid' | 'text' | 'differences' | 'at', string> &
      Record<'line' | 'item_version', number>
  >(
    em,
    `select id, redemption_id, line, item_id, item_version, acceptor_id, member_uid, text, differences, at from complaint
     where redemption_id = any(?::uuid[]) order by redemption_id, line`,
    [redemptions],
  );
  return found.map((row) => ({
    id: row.id,
    redemptionId: row.redemption_id,
    line: row.line,
    itemId: row.item_id,
    itemVersion: row.item_version,
    acceptorId: row.acceptor_id,
    memberUid: row.member_uid,
    text: row.text,
    differences: decode<readonly FeatureDifference[]>(row.differences),
    at: new Date(row.at),
  }));
}

/** How many members redeemed an item and how many complained, over all its versions: one with many lines is one on both sides. */
export async function complaintFacts(em: EntityManager, item: string): Promise<ComplaintFacts> {
  const [row] = await rows<{ orders: string; complaints: string }>(
    em,
    `select (select count(distinct r.member_uid) from redemption_line l join redemption r on r.id = l.redemption_id where l.item_id = ? and r.step = 'COMPLETED') as orders,
       (select count(distinct member_uid) from complaint where item_id = ?) as complaints`,
    [item, item],
  );
  return { orders: BigInt(row?.orders ?? 0), complaints: BigInt(row?.complaints ?? 0) };
}
