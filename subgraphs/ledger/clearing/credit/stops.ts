import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { rows } from '../../../kernel/sql.js';
import { poolOf } from '../../points/one-trip.js';

/** Programmes whose issuers owe as much as they may, with the issuer: its points pay nowhere but at its own shop. */
export type Stops = ReadonlyMap<string, string>;

/** So long a process goes by what it knows; a limit that is reached stops redemptions this much later at the most, after the fold. */
const staleMs = 1_000;

const known = new WeakMap<Pool, { readonly readAt: number; readonly stops: Promise<Stops> }>();

/** The stops as of a second ago at the most: a redemption pays with a look into memory, not with a read. */
export async function stopsOf(em: EntityManager): Promise<Stops> {
  const pool = await poolOf(em);
  const now = performance.now();
  const last = known.get(pool);
  if (last && now - last.readAt < staleMs) return last.stops;
  const stops = read(em);
  known.set(pool, { readAt: now, stops });
  stops.catch(() => known.delete(pool));
  return stops;
}

/** Reads anew at the next look. */
export async function forgetStops(em: EntityManager): Promise<void> {
  known.delete(await poolOf(em));
}

async function read(em: EntityManager): Promise<Stops> {
  const found = await rows<{ programme: string; issuer: string }>(
    em,
    `select g.id as programme, g.issuer from credit_position p join programme g on g.issuer = p.partner where p.level = 'REACHED'`,
  );
  return new Map(found.map(({ programme, issuer }) => [programme, issuer]));
}

/** Pure: the first programme whose points may not pay at this shop now; legs worth nothing make nobody owe. */
export const stopped = (
  stops: Stops,
  acceptor: string,
  legs: readonly { readonly programme: string; readonly fen: bigint }[],
): string | null =>
  stops.size === 0
    ? null
    : (legs.find(({ programme, fen }) => fen > 0n && stops.has(programme) && stops.get(programme) !== acceptor)?.programme ?? null);
