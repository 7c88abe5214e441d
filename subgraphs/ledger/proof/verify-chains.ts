import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { Finding } from './finding.js';
import { alteredField } from './altered-field.js';

/** Which chains to look at: one member's, all, or of all only what came after a root. */
export interface Scope {
  readonly memberUid?: string;
  readonly sinceRoot?: bigint;
}

/** Rows that are named one by one; what is wrong beyond them is counted only. */
const named = 100;

interface Found {
  readonly what: Finding['what'];
  readonly member_uid: string;
  readonly seq: string;
  readonly root: string | null;
}

const finding = ({ what, member_uid, seq, root }: Found): Finding => ({
  what,
  memberUid: member_uid,
  seq: BigInt(seq),
  root: root === null ? null : BigInt(root),
  field: null,
});

/** Recomputes every entry's hash from the entry before it, and compares the ends of the chains with the accounts and with what was sealed. */
export async function verifyChains(em: EntityManager, { memberUid, sinceRoot }: Scope): Promise<Finding[]> {
  const own = memberUid === undefined ? 'true' : 'e.member_uid = ?';
  const values = memberUid === undefined ? [] : [memberUid];
  const fresh =
    sinceRoot === undefined
      ? 'true'
      : 'e.seq > coalesce((select h.seq from root_head h where h.member_uid = e.member_uid and h.root <= ? order by h.seq desc limit 1), 0)';
  const freshValues = sinceRoot === undefined ? [] : [sinceRoot];
  const checks: [string, unknown[]][] = [
    [
      `select case when p.seq is null and e.seq > 1 then 'ENTRY_MISSING' else 'ENTRY_ALTERED' end as what, e.member_uid,
              case when p.seq is null and e.seq > 1 then e.seq - 1 else e.seq end as seq, null::bigint as root
       from entry e left join entry p on p.member_uid = e.member_uid and p.seq = e.seq - 1
       where ${own} and ${fresh} and ((p.seq is null and e.seq > 1) or e.hash is distinct from entry_hash_of(p.hash, e))`,
      [...values, ...freshValues],
    ],
    [
      `select case when a.seq > coalesce(l.seq, 0) then 'ENTRY_MISSING' when a.seq is null or a.seq < l.seq then 'ENTRY_ADDED' else 'CHAIN_REWRITTEN' end as what,
              coalesce(a.member_uid, l.member_uid) as member_uid, greatest(a.seq, l.seq) as seq, null::bigint as root
       from (select e.member_uid, e.seq, e.head from account e where ${own}) a full join
         (select distinct on (e.member_uid) e.member_uid, e.seq, e.hash from entry e where ${own} order by e.member_uid, e.seq desc) l using (member_uid)
       where coalesce(a.seq, 0) <> coalesce(l.seq, 0) or a.head is distinct from l.hash`,
      [...values, ...values],
    ],
    [
      `select case when j.seq is null then 'ENTRY_MISSING' when j.hash <> e.head then 'CHAIN_REWRITTEN' else 'DETAILS_ALTERED' end as what,
              e.member_uid, e.seq, e.root
       from root_head e left join entry j on j.member_uid = e.member_uid and j.seq = e.seq
       where ${own} and (j.seq is null or j.hash <> e.head or e.details is distinct from entry_details(e.member_uid, e.after, e.seq))`,
      values,
    ],
  ];
  const found: Finding[] = [];
  for (const [sql, parameters] of checks)
    found.push(...(await rows<Found>(em, `${sql} order by 2, 3 limit ${named}`, parameters)).map(finding));
  const told = withoutEchoes(found);
  const altered = told.filter(({ what }) => what === 'ENTRY_ALTERED');
  return Promise.all(
    told.map(async (one) => (one.what === 'ENTRY_ALTERED' ? Object.assign({}, one, { field: await alteredField(em, one, altered) }) : one)),
  );
}

/** Pure: a missing or altered row is told once, not again by each check that stumbles over it. */
function withoutEchoes(found: readonly Finding[]): Finding[] {
  const first = new Map<string, Finding>();
  const direct = new Set(found.filter(({ what }) => what.startsWith('ENTRY_')).map(({ memberUid }) => memberUid));
  for (const one of found) {
    if (direct.has(one.memberUid) && (one.what === 'DETAILS_ALTERED' || one.what === 'CHAIN_REWRITTEN')) continue;
    const key = `${one.memberUid} ${one.seq}`;
    if (!first.has(key)) first.set(key, one);
  }
  return [...first.values()];
}
