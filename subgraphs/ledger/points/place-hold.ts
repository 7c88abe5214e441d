import type { Pool } from 'pg';
import { v7 as uuid } from 'uuid';
import type { Once, WriteKey } from '../../kernel/idempotency.js';
import type { Context } from '../context.js';
import type { CaptureOutcome } from './end-hold.js';
import { GroupCommit, groupCommitDefaults, type GroupCommitOptions } from './group-commit.js';
import { answered, bodyHash, type Call, callOnce, poolOf } from './one-trip.js';

/** What a redemption takes in one programme, and the money that this covers. */
export interface Leg {
  readonly programme: string;
  readonly points: bigint;
  readonly fen: bigint;
}

export interface HoldRequest {
  readonly hold: string;
  readonly redemption: string;
  readonly memberUid: string;
  readonly acceptor: string;
  readonly legs: readonly Leg[];
  readonly expiresAt?: Date | null;
}

export type BurnRequest = Omit<HoldRequest, 'expiresAt'>;

export type TakeRefusal =
  | {
      readonly kind: 'refused';
      readonly code: 'INSUFFICIENT_POINTS';
      readonly programme: string;
      readonly missing: bigint;
      readonly missingFen: bigint;
    }
  | { readonly kind: 'refused'; readonly code: 'MEMBER_FROZEN' | 'SUSPENDED_PARTNER' };

export type PlaceHoldOutcome =
  | { readonly kind: 'placed'; readonly hold: string; readonly expiresAt: Date | null; readonly before: boolean }
  | TakeRefusal;

export type BurnOutcome = (Extract<CaptureOutcome, { kind: 'captured' }> & { readonly before?: boolean }) | TakeRefusal;

/** Sets points aside for one redemption, every leg or none; they stay capturable although their lots expire meanwhile. */
export const placeHold = (context: Pick<Context, 'em'>, key: WriteKey, request: HoldRequest): Promise<Once<PlaceHoldOutcome>> =>
  take<PlaceHoldOutcome>(context, key, request, request.expiresAt ?? null, false);

/** Hold and capture in one: burns the points of a redemption that has nothing to wait for, every leg or none. */
export const burnPoints = (context: Pick<Context, 'em'>, key: WriteKey, request: BurnRequest): Promise<Once<BurnOutcome>> =>
  take<BurnOutcome>(context, key, request, null, true);

/** Arguments of the SQL function `take_points`. */
interface Take extends BurnRequest {
  readonly principal: string;
  readonly key: string;
  readonly hash: string;
  readonly expiresAt: string | null;
  readonly burn: boolean;
}

async function take<O>(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  request: BurnRequest,
  expiresAt: Date | null,
  burn: boolean,
): Promise<Once<O>> {
  const { hold, redemption, memberUid, acceptor } = request;
  const text = await queueOf(await poolOf(em)).submit({
    principal: key.principal,
    key: key.key,
    hash: bodyHash(key, request),
    hold,
    redemption,
    memberUid,
    acceptor,
    expiresAt: expiresAt?.toISOString() ?? null,
    legs: byProgramme(request.legs),
    burn,
  });
  return answered<O>(text, key);
}

const one: Call = { name: 'take_points', text: 'select take_points($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)' };
const group: Call = {
  name: 'take_points_batch',
  text: 'select take_points_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)',
};

const queues = new WeakMap<Pool, GroupCommit<Take, string>>();

function queueOf(pool: Pool, options: GroupCommitOptions = groupCommitDefaults): GroupCommit<Take, string> {
  let queue = queues.get(pool);
  if (!queue) {
    const runner = {
      memberOf: ({ memberUid }: Take) => memberUid,
      one: (call: Take) => callOnce(pool, one, valuesOf(call)),
      group: async (calls: readonly Take[]) => (await callOnce(pool, group, groupValuesOf(calls))).split('\n'),
    };
    queues.set(pool, (queue = new GroupCommit(runner, options)));
  }
  return queue;
}

/** Sets how this database's calls are gathered from now on; calls that wait already are not moved. */
export async function gatherCalls({ em }: Pick<Context, 'em'>, options: Partial<GroupCommitOptions>): Promise<void> {
  const pool = await poolOf(em);
  queues.delete(pool);
  queueOf(pool, { ...groupCommitDefaults, ...options });
}

const valuesOf = (call: Take): unknown[] => [
  call.memberUid,
  call.principal,
  call.key,
  `\\x${call.hash}`,
  call.hold,
  call.redemption,
  call.acceptor,
  call.expiresAt,
  list(call.legs, (leg) => quoted(leg.programme)),
  list(call.legs, (leg) => leg.points),
  list(call.legs, (leg) => leg.fen),
  list(call.legs, ids),
  call.burn,
];

function groupValuesOf(calls: readonly Take[]): unknown[] {
  const legs = calls.flatMap((call) => call.legs);
  let first = 1;
  return [
    list(calls, (call) => call.memberUid),
    list(calls, (call) => quoted(call.principal)),
    list(calls, (call) => quoted(call.key)),
    list(calls, (call) => `"\\\\x${call.hash}"`),
    list(calls, (call) => call.hold),
    list(calls, (call) => call.redemption),
    list(calls, (call) => quoted(call.acceptor)),
    list(calls, (call) => call.expiresAt ?? 'NULL'),
    list(calls, (call) => call.burn),
    list(calls, (call) => (first += call.legs.length) - call.legs.length),
    list(calls, (call) => call.legs.length),
    list(legs, (leg) => quoted(leg.programme)),
    list(legs, (leg) => leg.points),
    list(legs, (leg) => leg.fen),
    list(legs, ids),
  ];
}

/** The id of a leg's entry and of the obligation that it makes. Made here, for time-ordered ones cost the database more. */
const ids = (): string => uuid();

/** An array as the database reads it; the driver's own way quotes and copies every element. */
const list = <T>(values: readonly T[], of: (value: T) => string | bigint | number | boolean): string => `{${values.map(of).join(',')}}`;
const quoted = (text: string): string => `"${/["\\]/.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`;

/** Legs of one programme as one; a leg of no points takes nothing. */
export function byProgramme(legs: readonly Leg[]): readonly Leg[] {
  if (legs.length === 1 && (legs[0] as Leg).points > 0n) return legs;
  const merged = new Map<string, Leg>();
  for (const { programme, points, fen } of legs) {
    const other = merged.get(programme);
    merged.set(programme, { programme, points: points + (other?.points ?? 0n), fen: fen + (other?.fen ?? 0n) });
  }
  return [...merged.values()].filter(({ points }) => points > 0n);
}
