import type { EntityManager } from '@mikro-orm/postgresql';
import type { Consented, ConsentSource } from '../kernel/consents.js';
import { rows } from '../kernel/sql.js';
import { consented, type ConsentClass, type Grant, type Purpose } from './consents.js';

/** A grant with whose it is and the instant of the read, both of one statement. */
export interface ReadGrant extends Grant {
  readonly memberUid: string;
  readonly now: Date;
}

interface Row {
  member_uid: string;
  recipient: string;
  purpose: Purpose;
  classes: ConsentClass[];
  valid_from: string;
  valid_until: string | null;
  withdrawn_at: string | null;
  guardian: boolean;
  now: string;
}

/** Grants of members to one recipient, or to all where it is null; in the order in which they were given. */
export async function grantsOf(em: EntityManager, memberUids: readonly string[], recipient: string | null): Promise<ReadGrant[]> {
  const found = await rows<Row>(
    em,
    `select member_uid, recipient, purpose, classes, valid_from, valid_until, withdrawn_at, guardian, clock() as now
     from consent where member_uid = any(?::uuid[]) and (?::text is null or recipient = ?) order by id`,
    [memberUids, recipient, recipient],
  );
  return found.map((row) => ({
    memberUid: row.member_uid,
    recipient: row.recipient,
    purpose: row.purpose,
    classes: row.classes,
    from: new Date(row.valid_from),
    until: row.valid_until === null ? null : new Date(row.valid_until),
    withdrawnAt: row.withdrawn_at === null ? null : new Date(row.withdrawn_at),
    guardian: row.guardian,
    now: new Date(row.now),
  }));
}

/** Which of the members the partner knows. */
async function knownTo(em: EntityManager, memberUids: readonly string[], partner: string): Promise<Set<string>> {
  const found = await rows<{ uid: string }>(
    em,
    'select member_uid as uid from member_link where member_uid = any(?::uuid[]) and partner = ?',
    [memberUids, partner],
  );
  return new Set(found.map(({ uid }) => uid));
}

/** What members had agreed to towards a recipient at an instant, whether or not it still knows them: a report on a time that is over counts who counted then. */
export async function consentsAt(
  em: EntityManager,
  memberUids: readonly string[],
  recipient: string,
  at: Date,
): Promise<Map<string, Consented>> {
  return byMember(await grantsOf(em, memberUids, recipient), recipient, at);
}

/** The kernel's port to consents, over this subgraph's own table. A partner that does not know the member reads nothing, whatever was agreed. */
export const consentsFromTable =
  (em: EntityManager): ConsentSource =>
  async (memberUids, recipient) => {
    const known = await knownTo(em, memberUids, recipient);
    const grants = (await grantsOf(em, memberUids, recipient)).filter(({ memberUid }) => known.has(memberUid));
    return byMember(grants, recipient, grants[0]?.now as Date);
  };

function byMember(grants: readonly ReadGrant[], recipient: string, at: Date): Map<string, Consented> {
  const found = new Map<string, ReadGrant[]>();
  for (const grant of grants) found.set(grant.memberUid, [...(found.get(grant.memberUid) ?? []), grant]);
  return new Map([...found].map(([uid, own]) => [uid, consented(own, recipient, at)]));
}
