import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { Choice } from './preference.js';

/** A calendar month of Asia/Shanghai: its first instant, and the first one after it. */
export interface Month {
  readonly first: Date;
  readonly after: Date;
}

/** What members redeemed at a partner in a month; goods that came back were chosen too, so that a month that is over does not change. */
export async function choicesOf(em: EntityManager, partner: string, { first, after }: Month): Promise<Choice[]> {
  return rows<Choice>(
    em,
    `select r.member_uid as member, v.category, count(distinct r.id)::int as redemptions
     from redemption r join redemption_line l on l.redemption_id = r.id join item_version v on v.id = l.item_id and v.version = l.item_version
     where r.acceptor_id = ? and r.at >= ? and r.at < ? and r.step = 'COMPLETED' group by r.member_uid, v.category`,
    [partner, first, after],
  );
}

/** Whether a redemption of the month has not ended yet, so that the month may still grow. */
export async function stillGrows(em: EntityManager, partner: string, { first, after }: Month): Promise<boolean> {
  const found = await rows(
    em,
    `select 1 from redemption where acceptor_id = ? and at >= ? and at < ? and step not in ('COMPLETED', 'RELEASED') limit 1`,
    [partner, first, after],
  );
  return found.length > 0;
}

/** Every category that a partner had on offer until then, whether or not anybody wanted it. */
export async function offeredUntil(em: EntityManager, partner: string, until: Date): Promise<string[]> {
  const found = await rows<{ category: string }>(
    em,
    'select distinct category from item_version where owner_id = ? and saved_at < ? order by category',
    [partner, until],
  );
  return found.map(({ category }) => category);
}
