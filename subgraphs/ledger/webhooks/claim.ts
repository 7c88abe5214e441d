import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';

export interface ClaimRequest {
  /** How many the instance has room for. */
  readonly free: number;
  readonly leaseMs: number;
  /** Partners to whom something happened. */
  readonly partners: readonly string[];
}

/** An endpoint that the asker alone may send to, until its lease is over. */
export interface Claimed {
  readonly lease: string;
  readonly version: string;
  readonly partner: string;
  readonly url: string;
  readonly types: readonly string[] | null;
  readonly cursor: string;
  readonly attempts: number;
  /** Sealed, newest first. */
  readonly secrets: readonly string[];
}

type Row = Omit<Claimed, 'types' | 'secrets'> & { readonly types: string | null; readonly secrets: string };

/** What is due and that nobody else is at. Instances share the work by it: rows that another one just looks at are passed over. */
export async function claimWebhooks(em: EntityManager, { free, leaseMs, partners }: ClaimRequest): Promise<Claimed[]> {
  const found = await rows<Row>(
    em,
    `with due as (
       select w.partner, w.name from webhook w join partner p on p.id = w.partner
       where w.state = 'ACTIVE' and not p.suspended and (w.lease_until is null or w.lease_until <= clock_timestamp())
         and case when w.attempts > 0 then w.next_at <= clock() and w.look_at <= clock_timestamp()
           else w.look_at <= clock_timestamp() or w.partner = any(?::text[]) end
       order by w.look_at limit ? for update of w skip locked)
     update webhook w set lease = gen_random_uuid(), lease_until = clock_timestamp() + make_interval(secs => ?) from due
     where w.partner = due.partner and w.name = due.name
     returning w.lease, w.version::text as version, w.partner, w.url, array_to_json(w.types)::text as types, w.cursor, w.attempts,
       (select coalesce(json_agg(s.sealed order by s.made_at desc, s.id desc), '[]')::text from webhook_secret s
        where s.partner = w.partner and s.name = w.name and (s.until is null or s.until > clock())) as secrets`,
    [partners, free, leaseMs / 1_000],
  );
  return found.map(claimed);
}

const claimed = ({ lease, version, partner, url, types, cursor, attempts, secrets }: Row): Claimed => ({
  lease,
  version,
  partner,
  url,
  types: types === null ? null : (JSON.parse(types) as string[]),
  cursor,
  attempts,
  secrets: JSON.parse(secrets) as string[],
});

/** Partners that have an endpoint that is active: of whom it is worth to hear news. */
export async function activePartners(em: EntityManager): Promise<string[]> {
  const found = await rows<{ partner: string }>(em, `select distinct partner from webhook where state = 'ACTIVE' order by partner`);
  return found.map(({ partner }) => partner);
}

/** The clock by which messages are signed: the real one, whatever a sandbox plays. */
export async function realNow(em: EntityManager): Promise<Date> {
  const [row] = await rows<{ now: string }>(em, 'select clock_timestamp() as now');
  return new Date(row?.now ?? Number.NaN);
}
