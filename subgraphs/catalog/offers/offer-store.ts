import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';

/** An item with a larger share for points, for members who had something of a category in the last days; and what everybody is offered instead. */
export interface TargetedOffer {
  readonly id: string;
  readonly owner: string;
  readonly item: string;
  readonly alternative: string;
  readonly category: string;
  readonly windowDays: number;
  readonly shareBasisPoints: number;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

interface Row {
  id: string;
  owner_id: string;
  item: string;
  alternative: string;
  category: string;
  window_days: number;
  share_basis_points: number;
  starts_at: string;
  ends_at: string;
}

const offerOf = (row: Row): TargetedOffer => ({
  id: row.id,
  owner: row.owner_id,
  item: row.item,
  alternative: row.alternative,
  category: row.category,
  windowDays: row.window_days,
  shareBasisPoints: row.share_basis_points,
  startsAt: new Date(row.starts_at),
  endsAt: new Date(row.ends_at),
});

/** Offers that hold now: from their first instant on, and no longer at their end. */
export async function openOffers(em: EntityManager, by: { readonly owner: string } | { readonly id: string }): Promise<TargetedOffer[]> {
  const [column, value] = 'id' in by ? ['id', by.id] : ['owner_id', by.owner];
  const found = await rows<Row>(
    em,
    `select id, owner_id, item, alternative, category, window_days, share_basis_points, starts_at, ends_at from targeted_offer
     where ${column} = ? and starts_at <= clock() and clock() < ends_at order by id limit 100`,
    [value],
  );
  return found.map(offerOf);
}

/** Whether the member took something of the category at that partner in the days before now. */
export async function isInSegment(em: EntityManager, memberUid: string, { owner, category, windowDays }: TargetedOffer): Promise<boolean> {
  const found = await rows(
    em,
    `select 1 from redemption r join redemption_line l on l.redemption_id = r.id join item_version v on v.id = l.item_id and v.version = l.item_version
     where r.member_uid = ? and r.acceptor_id = ? and r.step = 'COMPLETED' and v.category = ? and l.returned_quantity < l.quantity
       and r.at > clock() - make_interval(hours => 24 * ?) limit 1`,
    [memberUid, owner, category, windowDays],
  );
  return found.length > 0;
}
