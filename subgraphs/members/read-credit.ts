import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../kernel/sql.js';
import { type CreditStanding, standingOf } from './credit-band.js';
import { CreditRecord, CreditTerms } from './credit-record.entity.js';
import { covers } from './consents.js';
import { grantsOf } from './read-consents.js';

/** A member's standing as one recipient may use it, and the consent behind it. */
export interface CreditFor extends CreditStanding {
  readonly memberUid: string;
  readonly consent: { readonly since: Date; readonly until: Date | null } | null;
}

/** The terms that hold now. */
export async function currentTerms(em: EntityManager): Promise<CreditTerms> {
  const [terms] = await em.find(CreditTerms, {}, { orderBy: { version: 'desc' }, limit: 1 });
  return terms as CreditTerms; // the migration wrote the first
}

/** Standing of members towards a recipient; towards whomever they agreed where it is null, as the member and the operator see it. */
export async function creditOf(em: EntityManager, memberUids: readonly string[], recipient: string | null): Promise<CreditFor[]> {
  const terms = await currentTerms(em);
  const latest = await rows<{ id: string }>(
    em,
    `select distinct on (member_uid) id from credit_record where member_uid = any(?::uuid[]) order by member_uid, at desc, id desc`,
    [memberUids],
  );
  const records = new Map(
    (await em.find(CreditRecord, { id: { $in: latest.map(({ id }) => id) } })).map((record) => [record.memberUid, record]),
  );
  const agreed = (await grantsOf(em, memberUids, recipient)).filter((grant) => covers(grant, 'CREDIT_BENEFITS', 'CREDIT', grant.now));
  return memberUids.map((memberUid) => {
    const own = agreed.filter((grant) => grant.memberUid === memberUid);
    return { memberUid, ...standingOf(records.get(memberUid) ?? null, own.length > 0, terms), consent: spanOf(own) };
  });
}

/** From the first beginning to the last end of consents that hold together now. */
function spanOf(agreed: readonly { readonly from: Date; readonly until: Date | null }[]): CreditFor['consent'] {
  if (agreed.length === 0) return null;
  const ends = agreed.map(({ until }) => until?.getTime() ?? Infinity);
  const until = Math.max(...ends);
  return { since: new Date(Math.min(...agreed.map(({ from }) => from.getTime()))), until: until === Infinity ? null : new Date(until) };
}
