import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { Standing } from './gate.js';

export const switchName = 'participation_on';

export interface Scheme {
  readonly id: string;
  readonly version: number;
  readonly issuer: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly licenceNumber: string;
  readonly licenceAuthority: string;
  readonly approvalRef: string;
  readonly disclosure: { readonly zh: string; readonly en: string };
  readonly validFrom: Date;
  readonly validUntil: Date;
}

interface Row {
  readonly id: string;
  readonly version: number;
  readonly issuer: string;
  readonly name: Scheme['name'];
  readonly licence_number: string;
  readonly licence_authority: string;
  readonly approval_ref: string;
  readonly disclosure: Scheme['disclosure'];
  readonly valid_from: string;
  readonly valid_until: string;
}

/** Off where nobody switched it on. */
export async function isOn(em: EntityManager): Promise<boolean> {
  const [row] = await rows<{ value: string }>(em, 'select value from setting where name = ?', [switchName]);
  return row !== undefined && BigInt(row.value) === 1n;
}

/** The newest version of a scheme. */
export async function schemeOf(em: EntityManager, id: string): Promise<Scheme | null> {
  const [row] = await rows<Row>(em, 'select * from participation_scheme where id = ? order by version desc limit 1', [id]);
  if (!row) return null;
  return {
    id: row.id,
    version: row.version,
    issuer: row.issuer,
    name: row.name,
    licenceNumber: row.licence_number,
    licenceAuthority: row.licence_authority,
    approvalRef: row.approval_ref,
    disclosure: row.disclosure,
    validFrom: new Date(row.valid_from),
    validUntil: new Date(row.valid_until),
  };
}

/** Everything that a decision about one member depends on. */
export async function standingOf(em: EntityManager, scheme: Scheme | null, memberUid: string): Promise<Standing> {
  const [row] = await rows<{ version: number | null }>(
    em,
    'select max(version) as version from participation_acknowledgement where member_uid = ? and scheme = ?',
    [memberUid, scheme?.id ?? ''],
  );
  return { on: await isOn(em), licence: scheme, acknowledged: row?.version ?? null };
}

/** A member's units, scheme by scheme. */
export async function holdingsOf(em: EntityManager, memberUid: string): Promise<{ scheme: string; units: bigint }[]> {
  const found = await rows<{ scheme: string; units: string }>(
    em,
    'select scheme, units from participation_holding where member_uid = ? and units > 0 order by scheme',
    [memberUid],
  );
  return found.map(({ scheme, units }) => ({ scheme, units: BigInt(units) }));
}
