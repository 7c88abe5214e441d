import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { addMs, dayMs } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { timesDown } from '../../kernel/rational.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { type Programme, valueOf } from '../partners/programme.entity.js';
import { insertRows } from '../points/insert-rows.js';
import { append, lockAccount, type LockedMember, lockWallet } from '../points/journal.js';
import { addLot, moveLots, openLots, type StoredLot } from '../points/lot-store.js';
import { burn, type LotPart } from '../points/lots.js';
import { entryOf } from '../points/posting.js';
import { settleArrears } from '../points/settle-arrears.js';
import { lapseHolds } from '../points/settle.js';
import { readPolicies } from './read-policies.js';
import { againstPolicy, defaultPolicy, type PolicyRefusal, type TransferHistory } from './transfer-policy.js';

export interface TransferRequest {
  readonly from: string;
  /** Null: nobody that there is, or nobody any more. */
  readonly to: string | null;
  readonly programme: Programme;
  readonly points: bigint;
}

export interface TransferDone {
  readonly kind: 'transferred';
  readonly id: string;
  readonly programme: string;
  readonly points: bigint;
  readonly at: Date;
}

export type TransferOutcome =
  | TransferDone
  | PolicyRefusal
  | { readonly kind: 'refused'; readonly code: 'MEMBER_FROZEN' | 'SUSPENDED_PARTNER' }
  | { readonly kind: 'refused'; readonly code: 'IN_ARREARS'; readonly arrears: bigint }
  | {
      readonly kind: 'refused';
      readonly code: 'INSUFFICIENT_POINTS';
      readonly programme: string;
      readonly missing: bigint;
      readonly missingFen: bigint;
    };

/**
 * Moves points from one member to another: out of the sender's lots as spending would take them, each part into a lot of the recipient's
 * own with the same expiry and the same time of earning. So a transfer lengthens no life, and every point still leads to its purchase.
 */
export function transfer(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  body: object,
  { from, to, programme, points }: TransferRequest,
): Promise<Once<TransferOutcome>> {
  if (points < 1n) throw badInput('A transfer moves at least one point', { argument: 'points' });
  if (from === to) throw badInput('Nobody transfers points to themselves', { argument: 'to' });
  return once<TransferOutcome>(em, key, body, async (tx) => {
    const [policy = { ...defaultPolicy, programme: programme.id }] = await readPolicies(tx, [programme.id]);
    if (!policy.allowed) return { kind: 'refused', code: 'TRANSFER_NOT_ALLOWED' };
    const [issuer] = await rows<{ suspended: boolean }>(tx, 'select suspended from partner where id = ?', [programme.issuerId]);
    if (issuer?.suspended) return { kind: 'refused', code: 'SUSPENDED_PARTNER' };
    const { sender, recipient } = await lockBoth(tx, from, to);
    if (sender.frozen) return { kind: 'refused', code: 'MEMBER_FROZEN' };
    if (!recipient || recipient.frozen || recipient.forgotten) return { kind: 'refused', code: 'RECIPIENT_UNAVAILABLE' };
    const arrears = await arrearsOf(tx, sender.uid, programme.id);
    if (arrears > 0n) return { kind: 'refused', code: 'IN_ARREARS', arrears };
    const history = await historyOf(tx, sender, recipient, programme.id, policy.periodDays);
    const refused = againstPolicy(policy, history, points);
    if (refused) return refused;
    await lapseHolds(tx, sender, key);
    const lots = await openLots(tx, sender.uid, [programme.id]);
    const taken = burn(lots, points, sender.now);
    if (taken.kind === 'refused') {
      const { missing } = taken;
      const missingFen = timesDown(missing, valueOf(programme));
      return { kind: 'refused', code: 'INSUFFICIENT_POINTS', programme: programme.id, missing, missingFen };
    }
    return move(tx, key, { sender, recipient, programme: programme.id, points }, lots, taken.parts);
  });
}

interface Move {
  readonly sender: LockedMember;
  readonly recipient: LockedMember;
  readonly programme: string;
  readonly points: bigint;
}

/** In order of their ids, as everybody locks several members. The recipient's wallet opens with it. */
async function lockBoth(
  tx: EntityManager,
  from: string,
  to: string | null,
): Promise<{ sender: LockedMember; recipient: LockedMember | null }> {
  const locked = new Map<string, LockedMember>();
  for (const uid of [from, ...(to === null ? [] : [to])].sort()) locked.set(uid, await lockAccount(tx, uid));
  return { sender: locked.get(from) as LockedMember, recipient: to === null ? null : (locked.get(to) as LockedMember) };
}

async function arrearsOf(tx: EntityManager, uid: string, programme: string): Promise<bigint> {
  const [wallet] = await rows<{ arrears: string }>(tx, 'select arrears from wallet where member_uid = ? and programme = ?', [
    uid,
    programme,
  ]);
  return BigInt(wallet?.arrears ?? 0);
}

/** Both members are locked, so nothing is added meanwhile. */
async function historyOf(
  tx: EntityManager,
  sender: LockedMember,
  recipient: LockedMember,
  programme: string,
  days: number,
): Promise<TransferHistory> {
  const since = addMs(sender.now, -days * dayMs).toISOString();
  const [sums] = await rows<{ sent: string; received: string; senders: number; known: boolean }>(
    tx,
    `select (select coalesce(sum(points), 0)::bigint from transfer where from_uid = ? and programme = ? and at > ?) as sent,
       coalesce(sum(points), 0)::bigint as received, count(distinct from_uid)::int as senders, coalesce(bool_or(from_uid = ?), false) as known
     from transfer where to_uid = ? and programme = ? and at > ?`,
    [sender.uid, programme, since, sender.uid, recipient.uid, programme, since],
  );
  const { sent = '0', received = '0', senders = 0, known = false } = sums ?? {};
  return { sentPoints: BigInt(sent), receivedPoints: BigInt(received), senders, known };
}

async function move(
  tx: EntityManager,
  key: WriteKey,
  { sender, recipient, programme, points }: Move,
  lots: readonly StoredLot[],
  parts: readonly LotPart[],
): Promise<TransferDone> {
  const id = uuid();
  await moveLots(
    tx,
    sender.uid,
    parts.map((part) => ({ lot: part.lot, remaining: -part.points, held: 0n })),
  );
  await lockWallet(tx, recipient.uid, programme);
  await rows(tx, 'insert into transfer (id, programme, from_uid, to_uid, points, at) values (?, ?, ?, ?, ?, ?)', [
    id,
    programme,
    sender.uid,
    recipient.uid,
    points,
    sender.now.toISOString(),
  ]);
  const arrived: LotPart[] = [];
  for (const part of parts) {
    const { earnedAt, usableFrom, expiresAt } = lots.find((lot) => lot.id === part.lot) as StoredLot;
    const lot = { id: uuid(), programme, points: part.points, remaining: part.points, earnedAt, usableFrom, expiresAt, accrual: null };
    await addLot(tx, recipient.uid, lot);
    arrived.push({ lot: lot.id, points: part.points });
  }
  await insertRows(
    tx,
    'transfer_part',
    ['to_uid', 'to_lot', 'transfer', 'from_uid', 'from_lot', 'points'],
    parts.map((part, n) => [recipient.uid, (arrived[n] as LotPart).lot, id, sender.uid, part.lot, part.points]),
  );
  const cause = { kind: 'TRANSFER', id } as const;
  const gone = parts.map((part) => ({ lot: part.lot, points: -part.points }));
  await append(tx, sender, key, [entryOf('TRANSFER', programme, cause, gone)]);
  await append(tx, recipient, key, [entryOf('TRANSFER', programme, cause, arrived)]);
  await settleArrears(tx, recipient, key, programme, cause);
  return { kind: 'transferred', id, programme, points, at: sender.now };
}
