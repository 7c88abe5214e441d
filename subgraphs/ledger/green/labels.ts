import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';

export type ProgrammeLabelName = 'GREEN';

export async function labelsOf(em: EntityManager, programme: string): Promise<ProgrammeLabelName[]> {
  const found = await rows<{ label: ProgrammeLabelName }>(
    em,
    'select label from programme_label where programme = ? and until is null order by label',
    [programme],
  );
  return found.map(({ label }) => label);
}

/** Says what a programme is for from now on, in place of what was said before. */
export function setLabels(
  em: EntityManager,
  key: WriteKey,
  { programme, issuer, labels }: { readonly programme: string; readonly issuer: string; readonly labels: readonly ProgrammeLabelName[] },
): Promise<Once<{ readonly kind: 'set' }>> {
  const wanted = [...new Set(labels)].toSorted();
  return once(em, key, { programme, labels: wanted }, async (tx) => {
    await rows(tx, 'select 1 from programme where id = ? for no key update', [programme]);
    const before = await labelsOf(tx, programme);
    await rows(
      tx,
      'update programme_label set until = greatest(clock(), since) where programme = ? and until is null and label <> all(?::text[])',
      [programme, wanted],
    );
    await rows(
      tx,
      `insert into programme_label (programme, label, since) select ?, unnest(?::text[]), clock()
       on conflict (programme, label) where until is null do nothing`,
      [programme, wanted],
    );
    await auditChange(tx, key, { partner: issuer, before: { programme, labels: before }, after: { programme, labels: wanted } });
    return { kind: 'set' };
  });
}

const floorName = 'report_group_floor';
const floorByDefault = 10;

/** From how many members on a group's figures are shown: a setting, 10 where nobody set it. */
export async function groupFloor(em: EntityManager): Promise<number> {
  const [row] = await rows<{ value: string }>(em, 'select value from setting where name = ?', [floorName]);
  return row ? Number(row.value) : floorByDefault;
}

/** Never fewer than two: a group of one is a person. */
export function setGroupFloor(em: EntityManager, key: WriteKey, members: number): Promise<Once<{ readonly kind: 'set' }>> {
  if (members < 2 || members > 100_000) throw badInput('A floor is 2 to 100000 members', { argument: 'members' });
  return once(em, key, { members }, async (tx) => {
    const before = await groupFloor(tx);
    await rows(tx, 'insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value', [
      floorName,
      members,
    ]);
    await auditChange(tx, key, { before: { groupFloor: before }, after: { groupFloor: members } });
    return { kind: 'set' };
  });
}
