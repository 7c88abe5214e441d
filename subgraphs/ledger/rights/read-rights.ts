import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';

/** What holds beside the tokens of a partner. `nextChangeMs`: milliseconds until a grant of it runs out, null where none will. */
export interface PartnerRights {
  readonly partner: string;
  readonly suspended: boolean;
  readonly extraScopes: readonly string[];
  readonly withdrawnScopes: readonly string[];
  readonly nextChangeMs: number | null;
}

const active = 'g.valid_from <= clock() and (g.until is null or g.until > clock())';

/** One answer per partner that exists, whatever the order. */
export async function rightsOfPartners(em: EntityManager, partners: readonly string[]): Promise<PartnerRights[]> {
  const found = await rows<{ id: string; suspended: boolean; extra: string[]; withdrawn: string[]; next_ms: string | null }>(
    em,
    `select p.id, p.suspended,
       coalesce((select array_agg(distinct g.scope) from partner_grant g where g.partner = p.id and ${active}), '{}') as extra,
       coalesce((select array_agg(w.scope) from withdrawn_role w where w.partner = p.id and w.ended_at is null), '{}') as withdrawn,
       (select ceil(extract(epoch from min(g.until) - clock()) * 1000) from partner_grant g where g.partner = p.id and ${active}) as next_ms
     from partner p where p.id = any(?::text[])`,
    [partners],
  );
  return found.map(({ id, suspended, extra, withdrawn, next_ms }) => ({
    partner: id,
    suspended,
    extraScopes: extra,
    withdrawnScopes: withdrawn,
    nextChangeMs: next_ms === null ? null : Math.min(Number(next_ms), 2 ** 31 - 1),
  }));
}

/** Scopes that were taken from people, by the subject of their tokens. */
export async function withdrawnFrom(em: EntityManager, subjects: readonly string[]): Promise<{ subject: string; scopes: string[] }[]> {
  return rows(
    em,
    `select subject, array_agg(scope) as scopes from withdrawn_role where subject = any(?::text[]) and ended_at is null group by subject`,
    [subjects],
  );
}

export interface StoredGrant {
  readonly scope: string;
  readonly class: string | null;
  readonly from: Date;
  readonly until: Date | null;
  readonly grantedBy: string;
}

/** Grants of a partner that are in force. */
export async function grantsOf(em: EntityManager, partner: string): Promise<StoredGrant[]> {
  const found = await rows<{ scope: string; class: string | null; valid_from: string; until: string | null; granted_by: string }>(
    em,
    `select scope, class, valid_from, until, granted_by from partner_grant g where g.partner = ? and ${active} order by scope, valid_from`,
    [partner],
  );
  return found.map(({ scope, class: fieldClass, valid_from, until, granted_by }) => ({
    scope,
    class: fieldClass,
    from: new Date(valid_from),
    until: until === null ? null : new Date(until),
    grantedBy: granted_by,
  }));
}
