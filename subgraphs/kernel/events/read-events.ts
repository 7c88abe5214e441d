import type { EntityManager } from '@mikro-orm/postgresql';
import { dayMs } from '../clock.js';
import { rows } from '../sql.js';
import { beforeAll, type Position, positionText } from './position.js';

/** Who may be told: a partner, or a member. */
export type Audience = { readonly partner: string } | { readonly memberUid: string };

export interface Emitted {
  readonly position: string;
  readonly type: string;
  readonly at: Date;
  readonly memberUid: string | null;
  /** Ids and whole numbers, as a JSON object. */
  readonly facts: string;
}

export interface EventPage {
  readonly events: readonly Emitted[];
  /** Where to read on. */
  readonly end: string;
  /** Whether there is more to read at once. */
  readonly more: boolean;
}

interface Row {
  xact: string;
  id: string;
  type: string;
  at: string;
  member_uid: string | null;
  facts: string;
}

/** Transactions that one statement looks at, and statements of one call: a reader who was away for weeks reads on in many short calls. */
const window = 100_000n;
const maxWindows = 20;

/** How far can be read: what transactions before `upto` wrote is all there, for none of them is under way. */
export async function horizon(em: EntityManager): Promise<{ readonly upto: bigint; readonly now: Date }> {
  const [row] = await rows<{ upto: string; now: string }>(
    em,
    'select pg_snapshot_xmin(pg_current_snapshot())::text as upto, clock() as now',
  );
  return { upto: BigInt(row?.upto ?? 0), now: new Date(row?.now ?? Number.NaN) };
}

/** The position from which nothing that is there already is told. */
export async function headOf(em: EntityManager): Promise<string> {
  const { upto, now } = await horizon(em);
  return positionText({ xact: upto, id: beforeAll, atMs: now.getTime() });
}

/** Events of an audience after a position, in order; null where what followed on it is no longer kept. */
export async function readEvents(
  em: EntityManager,
  after: Position,
  audience: Audience,
  first: number,
  keptDays: number,
): Promise<EventPage | null> {
  const { upto, now } = await horizon(em);
  // Beyond the horizon lies nothing: the position is of another database, such as the one before a restore.
  if (after.xact > upto || after.atMs < now.getTime() - keptDays * dayMs) return null;
  const events: Emitted[] = [];
  let { xact, id } = after;
  for (let turn = 0; turn < maxWindows && xact < upto; turn += 1) {
    const end = xact + window < upto ? xact + window : upto;
    const limit = first - events.length;
    const found = await rows<Row>(em, selectFor(audience), [xact, end, xact, id, audienceValue(audience), limit]);
    for (const row of found) events.push(emitted(row));
    if (found.length === limit) return { events, end: events.at(-1)?.position ?? positionText(after), more: true };
    xact = end;
    id = beforeAll;
  }
  return { events, end: positionText({ xact, id, atMs: now.getTime() }), more: xact < upto };
}

/** The event at a position, if the audience may be told of it and it is still kept. */
export async function readEvent(em: EntityManager, at: Position, audience: Audience, keptDays: number): Promise<Emitted | null> {
  const { upto, now } = await horizon(em);
  if (at.xact >= upto || at.atMs < now.getTime() - keptDays * dayMs) return null;
  const mine = 'partner' in audience ? '? = any(partners)' : 'member_uid = ?::uuid';
  const [row] = await rows<Row>(
    em,
    `select xact, id, type, at, member_uid, facts::text as facts from emitted where xact = ?::bigint and id = ?::uuid and ${mine}`,
    [at.xact, at.id, audienceValue(audience)],
  );
  return row ? emitted(row) : null;
}

const audienceValue = (audience: Audience): string => ('partner' in audience ? audience.partner : audience.memberUid);

const selectFor = (audience: Audience): string =>
  `select xact, id, type, at, member_uid, facts::text as facts from emitted
   where xact >= ?::bigint and xact < ?::bigint and (xact, id) > (?::bigint, ?::uuid)
     and ${'partner' in audience ? '? = any(partners)' : 'member_uid = ?::uuid'} order by xact, id limit ?`;

const emitted = ({ xact, id, type, at, member_uid: memberUid, facts }: Row): Emitted => ({
  position: positionText({ xact: BigInt(xact), id, atMs: new Date(at).getTime() }),
  type,
  at: new Date(at),
  memberUid,
  facts,
});

/** For whom there is something after a position. */
export interface News {
  readonly head: string;
  readonly partners: readonly string[];
  readonly memberUids: readonly string[];
  /** There is so much that everybody had better look. */
  readonly many: boolean;
}

const maxNews = 2_000;

export async function readNews(em: EntityManager, after: Position | null): Promise<News> {
  const { upto, now } = await horizon(em);
  const head = positionText({ xact: upto, id: beforeAll, atMs: now.getTime() });
  if (after === null) return { head, partners: [], memberUids: [], many: false };
  if (upto - after.xact > window) return { head, partners: [], memberUids: [], many: true };
  const found = await rows<{ member_uid: string | null; partners: string[] }>(
    em,
    `select distinct member_uid, partners from emitted where xact >= ?::bigint and xact < ?::bigint limit ?`,
    [after.xact, upto, maxNews + 1],
  );
  if (found.length > maxNews) return { head, partners: [], memberUids: [], many: true };
  return {
    head,
    partners: [...new Set(found.flatMap(({ partners }) => partners))],
    memberUids: [...new Set(found.flatMap(({ member_uid: uid }) => (uid === null ? [] : [uid])))],
    many: false,
  };
}
