import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import type { Viewer } from '../../../schema/viewer.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import type { Open } from '../../kernel/personal-data.js';
import { rows } from '../../kernel/sql.js';
import type { SubgraphContext } from '../../kernel/subgraph.js';
import { forgetElsewhere, openElsewhere } from './everywhere.js';
import { forgetPerson } from './forget.js';

export interface Erasing {
  readonly memberUid: string | null;
  /** How the caller named it; a member names nobody. A repeated request is known by that, for afterwards the name leads to nobody. */
  readonly ref: string | null;
  /** Whether the member gives up what is left. */
  readonly forfeit: boolean;
}

type Begun = { readonly kind: 'begun'; readonly id: string } | { readonly kind: 'refused'; readonly code: 'NOT_ENROLLED' };
export type EraseOutcome =
  | { readonly kind: 'erased'; readonly at: Date }
  | { readonly kind: 'deferred'; readonly open: readonly Open[] }
  | { readonly kind: 'refused'; readonly code: 'NOT_ENROLLED' };

type Context = Pick<SubgraphContext, 'em' | 'peers'>;

/**
 * Forgets a member, or keeps the wish until nothing is open any more. The wish is written first; what follows repeats without harm, so a crash
 * between the subgraphs is made up for by the same request or by the job.
 */
export async function eraseMember(
  context: Context & Pick<SubgraphContext, 'viewer'>,
  key: WriteKey,
  { memberUid, ref, forfeit }: Erasing,
): Promise<Once<EraseOutcome>> {
  const { viewer } = context;
  const { outcome, replayed } = await once<Begun>(context.em, key, { member: ref, forfeit }, async (tx) => {
    if (memberUid === null) return { kind: 'refused', code: 'NOT_ENROLLED' };
    const [row] = await rows<{ id: string }>(
      tx,
      `insert into erasure (id, member_uid, forfeit, asked_by, state, at, look_at) values (?, ?, ?, ?, 'DEFERRED', clock(), clock())
       on conflict (member_uid) do update set forfeit = erasure.forfeit or excluded.forfeit returning id`,
      [uuid(), memberUid, forfeit, key.principal],
    );
    await auditChange(tx, key, { before: null, after: { erasure: row?.id, forfeit } });
    return { kind: 'begun', id: row?.id as string };
  });
  if (outcome.kind === 'refused') return { outcome, replayed };
  return { outcome: await goOn(context, outcome.id, viewer), replayed };
}

interface Row {
  readonly memberUid: string;
  readonly forfeit: boolean;
  readonly doneAt: string | null;
}

/** Looks at an erasure and does what can be done now. */
export async function goOn({ em, peers }: Context, id: string, viewer: Viewer): Promise<Exclude<EraseOutcome, { kind: 'refused' }>> {
  const fork = em.fork() as EntityManager;
  const [wish] = await rows<Row>(fork, `select member_uid as "memberUid", forfeit, done_at as "doneAt" from erasure where id = ?`, [id]);
  if (!wish) throw new Error(`there is no erasure ${id}`);
  if (wish.doneAt !== null) return { kind: 'erased', at: new Date(wish.doneAt) };
  const { memberUid, forfeit } = wish;
  // Asked again where it was cut: in a subgraph that has not forgotten yet, something may have begun since.
  const open = await openElsewhere(peers, viewer, memberUid, forfeit);
  if (open.length > 0) {
    await rows(fork, `update erasure set look_at = clock() + interval '1 hour' where id = ?`, [id]);
    return { kind: 'deferred', open };
  }
  await rows(fork, `update erasure set state = 'RUNNING' where id = ? and state = 'DEFERRED'`, [id]);
  await forgetElsewhere(peers, viewer, memberUid, id, forfeit);
  const at = await fork.transactional(async (tx) => {
    await forgetPerson(tx as EntityManager, memberUid);
    const [done] = await rows<{ at: string }>(
      tx as EntityManager,
      `update erasure set state = 'DONE', done_at = coalesce(done_at, clock()) where id = ? returning done_at as at`,
      [id],
    );
    return new Date(done?.at ?? 0);
  });
  return { kind: 'erased', at };
}
