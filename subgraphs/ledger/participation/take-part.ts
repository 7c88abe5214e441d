import { v7 as uuid } from 'uuid';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { lockMember } from '../points/journal.js';
import { type Closed, closedToAll, closedToMember } from './gate.js';
import { schemeOf, standingOf } from './participation-store.js';

export type TakePartOutcome =
  | { readonly kind: 'done'; readonly scheme: string; readonly units: bigint }
  | Closed
  | { readonly kind: 'refused'; readonly code: 'NOT_ENROLLED' };

/** A member says that it has read this version of the disclosure and knows the risk. */
export function acknowledge(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  { scheme: id, version, memberUid }: { readonly scheme: string; readonly version: number; readonly memberUid: string },
): Promise<Once<TakePartOutcome>> {
  return once<TakePartOutcome>(em, key, { scheme: id, version }, async (tx) => {
    const scheme = await schemeOf(tx, id);
    const closed = closedToAll(await standingOf(tx, scheme, memberUid), await now(tx));
    if (closed) return closed;
    // Who read an older text is shown the newest, and acknowledges that.
    if (scheme?.version !== version) return { kind: 'refused', code: 'ACKNOWLEDGEMENT_MISSING', version: scheme?.version ?? 0 };
    await rows(
      tx,
      'insert into participation_acknowledgement (member_uid, scheme, version, at) values (?, ?, ?, clock()) on conflict do nothing',
      [memberUid, id, version],
    );
    return { kind: 'done', scheme: id, units: 0n };
  });
}

/** Gives a member units, or takes them back where negative; never more than there are. */
export function grantUnits(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  wish: { readonly scheme: string; readonly member: string; readonly units: bigint; readonly reason: string },
  memberUid: string | null,
): Promise<Once<TakePartOutcome>> {
  const { scheme: id, units, reason } = wish;
  if (units === 0n) throw badInput('No units are nothing to give', { argument: 'units' });
  if (reason.trim() === '' || reason.length > 500) throw badInput('`reason` is 1 to 500 characters', { argument: 'reason' });
  return once<TakePartOutcome>(em, key, wish, async (tx) => {
    const scheme = await schemeOf(tx, id);
    const at = await now(tx);
    const standing = await standingOf(tx, scheme, memberUid ?? uuid());
    const closed = closedToAll(standing, at);
    if (closed) return closed;
    if (memberUid === null) return { kind: 'refused', code: 'NOT_ENROLLED' };
    // What was given by mistake can be taken back from whoever has it.
    if (units > 0n && (await lockMember(tx, memberUid))?.forgotten) return { kind: 'refused', code: 'NOT_ENROLLED' };
    const refused = closedToMember(standing, at);
    if (refused && units > 0n) return refused;
    await rows(tx, 'insert into participation_holding (member_uid, scheme, units) values (?, ?, 0) on conflict do nothing', [
      memberUid,
      id,
    ]);
    const changed = await change(
      tx,
      'update participation_holding set units = units + ? where member_uid = ? and scheme = ? and units + ? >= 0',
      [units, memberUid, id, units],
    );
    if (changed === 0) throw badInput('The member has fewer units', { argument: 'units' });
    await rows(
      tx,
      'insert into participation_entry (id, member_uid, scheme, version, units, reason, by, at) values (?, ?, ?, ?, ?, ?, ?, clock())',
      [uuid(), memberUid, id, scheme?.version, units, reason, key.principal],
    );
    await auditChange(tx, key, { partner: scheme?.issuer, before: null, after: { scheme: id, memberUid, units, reason } });
    return { kind: 'done', scheme: id, units };
  });
}
