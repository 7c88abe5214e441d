import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import { v7 as uuid } from 'uuid';
import { sumOf } from '../../kernel/rational.js';
import { change, rows } from '../../kernel/sql.js';
import type { SubgraphContext } from '../../kernel/subgraph.js';
import type { Withdrawn } from '../deliver.js';
import type { Entitlement } from '../entitlement.entity.js';
import { boundaryOf, within } from '../visibility.js';
import type { Recorded } from '../report.js';
import type { Bill } from './bill.entity.js';
import { creditShareOf } from './bill-terms.js';
import { creditApplied } from './purchase-lines.js';

/** Why a credit moved. `cause` is the redemption, a return, the bill or a step of an erasure; each moves once per reason. */
type Reason = 'DELIVERY' | 'WITHDRAWAL' | 'BILL' | 'BILL_REFUSED' | 'GIVEN_UP';

/** Phone credit of a member at a partner. The row is locked until the transaction ends, so two bills at once never pay with the same fen. */
async function lockCredit(tx: EntityManager, memberUid: string, partner: string): Promise<bigint> {
  await change(tx, 'insert into phone_credit (member_uid, partner, fen) values (?, ?, 0) on conflict do nothing', [memberUid, partner]);
  const [row] = await rows<{ fen: string }>(tx, 'select fen from phone_credit where member_uid = ? and partner = ? for update', [
    memberUid,
    partner,
  ]);
  return BigInt(row?.fen ?? 0);
}

/** Appends to the journal and moves the balance with it; the caller holds the lock. */
async function move(tx: EntityManager, memberUid: string, partner: string, fen: bigint, reason: Reason, cause: string): Promise<void> {
  await change(tx, 'insert into phone_credit_entry (member_uid, partner, fen, reason, cause, at) values (?, ?, ?, ?, ?, clock())', [
    memberUid,
    partner,
    fen,
    reason,
    cause,
  ]);
  await change(tx, 'update phone_credit set fen = fen + ? where member_uid = ? and partner = ?', [fen, memberUid, partner]);
}

/** Pays a bill with the member's phone credit, as far as the partner's terms let it, and says with how much. */
export async function applyCredit(tx: EntityManager, { id, memberUid, partnerId }: Recorded, amountFen: bigint): Promise<bigint> {
  const applied = creditApplied(amountFen, await lockCredit(tx, memberUid, partnerId), await creditShareOf(tx, partnerId));
  if (applied > 0n) await move(tx, memberUid, partnerId, -applied, 'BILL', id);
  return applied;
}

/** A bill that the ledger refused gives back the credit that it took. */
export async function giveBackCredit(tx: EntityManager, { id, memberUid, partnerId, creditAppliedFen }: Bill): Promise<void> {
  if (creditAppliedFen === 0n) return;
  await lockCredit(tx, memberUid, partnerId);
  await move(tx, memberUid, partnerId, creditAppliedFen, 'BILL_REFUSED', id);
}

const creditFen = (entitlements: readonly Withdrawn[]): bigint =>
  sumOf(entitlements.filter(({ kind }) => kind === 'PHONE_CREDIT').map(({ amount, quantity }) => BigInt(amount) * BigInt(quantity)));

/** Adds the phone credit of a delivery. */
export async function addCredit(tx: EntityManager, entitlements: readonly Entitlement[]): Promise<void> {
  const [first] = entitlements;
  const fen = creditFen(entitlements);
  if (!first || fen === 0n) return;
  await lockCredit(tx, first.memberUid, first.partnerId);
  await move(tx, first.memberUid, first.partnerId, fen, 'DELIVERY', first.redemption);
}

/** Takes the phone credit of a delivery back; false where bills have used it. */
export async function takeBackCredit(tx: EntityManager, entitlements: readonly Withdrawn[], cause: string): Promise<boolean> {
  const [first] = entitlements;
  const fen = creditFen(entitlements);
  if (!first || fen === 0n) return true;
  if ((await lockCredit(tx, first.memberUid, first.partnerId)) < fen) return false;
  await move(tx, first.memberUid, first.partnerId, -fen, 'WITHDRAWAL', cause);
  return true;
}

/** Phone credit that no bill has used yet, in fen by partner. */
export const creditLeft = (em: EntityManager, memberUid: string): Promise<{ partner: string; fen: string }[]> =>
  rows(em, 'select partner, fen::text as fen from phone_credit where member_uid = ? and fen > 0 order by partner', [memberUid]);

/** What is left is given up, at every partner. An erasure may ask more than once, and a bill refused in between has given credit back. */
export async function giveUpCredit(tx: EntityManager, memberUid: string, erasure: string): Promise<void> {
  for (const { partner } of await creditLeft(tx, memberUid)) {
    const fen = await lockCredit(tx, memberUid, partner);
    if (fen > 0n) await move(tx, memberUid, partner, -fen, 'GIVEN_UP', `${erasure}/${uuid()}`);
  }
}

export interface CreditLoaders {
  readonly credit: DataLoader<string, bigint>;
}

/** Loads what members hold of phone credit, at the partners that the viewer may see. */
export const loadCredit = ({ em, viewer }: Pick<SubgraphContext, 'em' | 'viewer'>): DataLoader<string, bigint> =>
  new DataLoader(async (uids) => {
    const boundary = boundaryOf(viewer);
    if (!boundary) return uids.map(() => 0n);
    const { condition, parameters } = within(boundary);
    const found = await rows<{ member_uid: string; fen: string }>(
      em,
      `select member_uid, sum(fen) as fen from phone_credit where member_uid = any(?::uuid[]) and ${condition} group by member_uid`,
      [[...uids], ...parameters],
    );
    const byMember = new Map(found.map(({ member_uid, fen }) => [member_uid, BigInt(fen)]));
    return uids.map((uid) => byMember.get(uid) ?? 0n);
  });
