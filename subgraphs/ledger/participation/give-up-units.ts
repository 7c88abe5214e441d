import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { rows } from '../../kernel/sql.js';

/** Takes all units of a member back, each scheme under its newest version; again, it takes none. */
export async function giveUpUnits(tx: EntityManager, memberUid: string, principal: string, reason: string): Promise<void> {
  const left = await rows<{ scheme: string; units: string; version: number }>(
    tx,
    `select h.scheme, h.units, (select max(version) from participation_scheme s where s.id = h.scheme) as version
     from participation_holding h where h.member_uid = ? and h.units > 0 order by h.scheme for update of h`,
    [memberUid],
  );
  for (const { scheme, units, version } of left) {
    await rows(tx, 'update participation_holding set units = 0 where member_uid = ? and scheme = ?', [memberUid, scheme]);
    await rows(
      tx,
      'insert into participation_entry (id, member_uid, scheme, version, units, reason, by, at) values (?, ?, ?, ?, ?, ?, ?, clock())',
      [uuid(), memberUid, scheme, version, -BigInt(units), reason, principal],
    );
  }
}
