import type { EntityManager } from '@mikro-orm/postgresql';
import { actingFor, mustActFor } from '../../kernel/acting-for.js';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { acceptorTerms } from '../ledger-port.js';
import { firstTime } from '../first-time.js';
import { Cause, itemIdOf } from './cause.entity.js';

export interface CauseTerms {
  readonly name: { readonly zh: string; readonly en: string };
  readonly minimumFen: bigint;
  readonly cancelHours: number;
  readonly opensAt: Date | null;
  readonly closesAt: Date | null;
}

export type CauseOutcome = { readonly kind: 'saved'; readonly id: string } | { readonly kind: 'refused'; readonly code: 'CAUSE_EXISTS' };

/** What a charity is given points for. */
export async function createCause(
  context: Context,
  key: WriteKey,
  wish: CauseTerms & { readonly id: string; readonly charity: string | null },
): Promise<Once<CauseOutcome>> {
  const charity = actingFor(context.viewer, 'catalog.write', wish.charity);
  if (!/^[a-z0-9][a-z0-9-]{0,56}$/.test(wish.id))
    throw badInput('A cause id is 1 to 57 lower-case letters, digits and hyphens', { argument: 'input.id' });
  demand(wish);
  const asked = await firstTime(context.em, key, () => acceptorTerms(context, charity, []));
  return once<CauseOutcome>(context.em, key, { ...wish, charity }, async (tx) => {
    if (!(await asked()).terms) throw badInput('There is no such partner', { argument: 'input.charity' });
    await rows(tx, `select pg_advisory_xact_lock(hashtext(?))`, [`tongdui cause ${wish.id}`]);
    if (await tx.findOne(Cause, { id: wish.id, current: true })) return { kind: 'refused', code: 'CAUSE_EXISTS' };
    const { id, charity: _named, ...terms } = wish;
    if (!(await ownShelf(tx, id, charity))) return { kind: 'refused', code: 'CAUSE_EXISTS' };
    await keep(tx, key, { id, version: 1, charityId: charity }, terms);
    await auditChange(tx, key, { partner: charity, before: null, after: { cause: id, ...terms } });
    return { kind: 'saved', id };
  });
}

/** Says something else of a cause from now on; what was given before keeps what was said then. */
export async function changeCause(
  { em, viewer }: Pick<Context, 'em' | 'viewer'>,
  key: WriteKey,
  id: string,
  wish: Partial<CauseTerms>,
): Promise<Once<CauseOutcome>> {
  const known = await em.findOne(Cause, { id, current: true }, { disableIdentityMap: true });
  if (!known) throw badInput('There is no such cause', { argument: 'id' });
  mustActFor(viewer, 'catalog.write', known.charityId);
  return once<CauseOutcome>(em, key, { id, ...wish }, async (tx) => {
    await rows(tx, `select pg_advisory_xact_lock(hashtext(?))`, [`tongdui cause ${id}`]);
    const last = await tx.findOneOrFail(Cause, { id, current: true }, { disableIdentityMap: true });
    const before = termsOf(last);
    const terms = { ...before, ...wish };
    demand(terms);
    await change(tx, 'update cause set current = false where id = ? and current', [id]);
    await keep(tx, key, { id, version: last.version + 1, charityId: last.charityId }, terms);
    await auditChange(tx, key, { partner: last.charityId, before: { cause: id, ...before }, after: { cause: id, ...terms } });
    return { kind: 'saved', id };
  });
}

/** Donations are lines of redemptions, and those name items: the one of the cause is the charity's from the start. */
async function ownShelf(tx: EntityManager, cause: string, charity: string): Promise<boolean> {
  await rows(tx, 'insert into shelf (item, owner, remaining) values (?, ?, null) on conflict do nothing', [itemIdOf(cause), charity]);
  const [shelf] = await rows<{ owner: string }>(tx, 'select owner from shelf where item = ?', [itemIdOf(cause)]);
  return shelf?.owner === charity;
}

const termsOf = ({ nameZh: zh, nameEn: en, minimumFen, cancelHours, opensAt, closesAt }: Cause): CauseTerms => ({
  name: { zh, en },
  minimumFen,
  cancelHours,
  opensAt,
  closesAt,
});

async function keep(
  tx: EntityManager,
  key: WriteKey,
  place: Pick<Cause, 'id' | 'version' | 'charityId'>,
  { name, ...terms }: CauseTerms,
): Promise<void> {
  tx.create(Cause, { ...place, ...terms, nameZh: name.zh, nameEn: name.en, current: true, savedBy: key.principal, savedAt: await now(tx) });
  await tx.flush();
}

function demand({ name, minimumFen, cancelHours, opensAt, closesAt }: CauseTerms): void {
  if (name.zh.length === 0 || name.en.length === 0)
    throw badInput('A cause has a name in Chinese and in English', { argument: 'input.name' });
  if (minimumFen < 1n) throw badInput('A minimum is at least 1 fen', { argument: 'input.minimumFen' });
  if (!Number.isInteger(cancelHours) || cancelHours < 0 || cancelHours > 720)
    throw badInput('A donation can be cancelled for 0 to 720 hours', { argument: 'input.cancelHours' });
  if (opensAt && closesAt && opensAt >= closesAt) throw badInput('A cause opens before it closes', { argument: 'input.closesAt' });
}
