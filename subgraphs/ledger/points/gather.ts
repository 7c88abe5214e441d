import type { Pool } from 'pg';
import type { Context } from '../context.js';
import { isDistributed } from '../shards/layout.js';
import { GroupCommit, groupCommitDefaults, type GroupCommitOptions, type Runner } from './group-commit.js';
import { poolOf } from './one-trip.js';

/** How each database's calls are gathered, where it was said. */
const said = new WeakMap<Pool, GroupCommitOptions>();

/** A group is one transaction of several members: on several machines every call goes to its own member's alone. */
const defaults = (): GroupCommitOptions =>
  isDistributed() ? { ...groupCommitDefaults, above: Number.POSITIVE_INFINITY } : groupCommitDefaults;

/** One queue per database for calls of one kind. */
export function queueOf<C>(runnerOf: (pool: Pool) => Runner<C, string>): (pool: Pool) => GroupCommit<C, string> {
  const queues = new WeakMap<Pool, { readonly queue: GroupCommit<C, string>; readonly options: GroupCommitOptions | undefined }>();
  return (pool) => {
    const known = queues.get(pool);
    const options = said.get(pool);
    if (known && known.options === options) return known.queue;
    const queue = new GroupCommit(runnerOf(pool), options ?? defaults());
    queues.set(pool, { queue, options });
    return queue;
  };
}

/** Sets how this database's calls are gathered from now on; calls that wait already are not moved. */
export async function gatherCalls({ em }: Pick<Context, 'em'>, options: Partial<GroupCommitOptions>): Promise<void> {
  said.set(await poolOf(em), { ...groupCommitDefaults, ...options });
}

/** An array as the database reads it; the driver's own way quotes and copies every element. */
export const list = <T>(values: readonly T[], of: (value: T) => string | bigint | number | boolean): string =>
  `{${values.map(of).join(',')}}`;
export const quoted = (text: string): string => `"${/["\\]/.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`;
