import type { EntityManager } from '@mikro-orm/postgresql';
import { invariant } from '../../kernel/invariant.js';
import { change, rows } from '../../kernel/sql.js';

/**
 * Gives a donation that is made its receipt, in the transaction that makes it so: charity, year in Shanghai, and a number without a gap.
 * For a redemption that is no donation there is nothing to do.
 */
export async function giveReceipt(tx: EntityManager, redemption: string): Promise<void> {
  const [donation] = await rows<{ charity: string; year: string }>(
    tx,
    `select charity, to_char(clock() at time zone 'Asia/Shanghai', 'YYYY') as year from donation where id = ? and receipt is null`,
    [redemption],
  );
  if (!donation) return;
  const { charity, year } = donation;
  const [number] = await rows<{ last: string }>(
    tx,
    `insert into receipt_number (charity, year, last) values (?, ?, 1)
     on conflict (charity, year) do update set last = receipt_number.last + 1 returning last`,
    [charity, year],
  );
  invariant(number, 'a receipt has a number');
  const receipt = `${charity.toUpperCase()}-${year}-${number.last.padStart(6, '0')}`;
  await change(tx, 'update donation set receipt = ? where id = ?', [receipt, redemption]);
  await change(tx, 'update redemption_line set delivery_reference = ? where redemption_id = ?', [receipt, redemption]);
}
