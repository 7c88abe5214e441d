import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput, DomainError } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { canonical, decode, encode } from '../../kernel/json.js';
import { sumOf } from '../../kernel/rational.js';
import { rows } from '../../kernel/sql.js';
import { appendObligations, obligationsOfRedemption, reversalsOf } from '../clearing/obligations.js';
import { lessDisputed } from '../clearing/less-disputed.js';
import type { Context } from '../context.js';
import { Programme } from '../partners/programme.entity.js';
import { foldMember } from '../shards/fold-owed.js';
import { capturedHold, countReturned, legsOf, partsOf, type StoredHold } from './hold-store.js';
import { lockMember } from './journal.js';
import { giveUp } from './personal-data.js';
import { byProgramme, type Leg } from './take-request.js';
import { restore, type Restored } from './restore.js';
import { goBack } from './returns.js';
import { lapseHolds } from './settle.js';
import { settleArrears } from './settle-arrears.js';
import { type Deducted, takeAccrualsBack } from './take-accruals-back.js';
import type { ReturnRequest, ReturnState } from './return-request.js';
import { type Goods, sumGoods } from './returned-goods.js';

interface Returned {
  readonly kind: 'returned';
  readonly restored: readonly Restored[];
  readonly clawback: bigint;
  readonly arrears: bigint;
  /** Points that could not be taken back and were deducted from the cash; answers that were kept before this was so have none. */
  readonly deducted?: readonly Deducted[];
  /** Points owed from before that what came back has covered; answers that were kept before this was so have none. */
  readonly settled?: bigint;
}

export type ReturnOutcome = (Returned & { readonly before: boolean }) | { readonly kind: 'refused'; readonly code: 'NOTHING_LEFT' };

/**
 * Gives the points of returned goods back to the very lots they came from, reverses what partners owe each other for them, and takes back
 * what the returned goods had earned, or makes the cash less by it. Stays open for suspended partners and frozen members.
 */
export function returnPoints({ em }: Pick<Context, 'em'>, key: WriteKey, request: ReturnRequest): Promise<Once<ReturnOutcome>> {
  const asked = byProgramme(request.legs);
  return once<ReturnOutcome>(em, key, request, async (tx) => {
    const state = await load(tx, request.redemption);
    const before = await sameReturn(tx, request);
    if (before) return { ...before, before: true };
    if (!isLeft(state, asked, request)) return { kind: 'refused', code: 'NOTHING_LEFT' };
    await lapseHolds(tx, state.member, key);
    const restored = state.hold ? await giveLegsBack(tx, key, state, state.hold, asked, request) : [];
    await foldMember(tx, state.member.uid);
    const recorded = await obligationsOfRedemption(tx, request.redemption);
    const { clawback, arrears, deducted, owed } = await takeAccrualsBack(tx, key, state, asked, request, recorded);
    let settled = 0n;
    for (const programme of new Set(restored.map((lot) => lot.programme)))
      settled += await settleArrears(tx, state.member, key, programme, { kind: 'RETURN', id: request.return });
    if (state.member.forgotten) await giveUp(tx, state.member, key, request.return);
    const answer: Returned = { kind: 'returned', restored, clawback, arrears, deducted, settled };
    await rows(
      tx,
      `insert into point_return (id, member_uid, redemption, at, cash_fen, cash_total_fen, goods, body_hash, answer) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        request.return,
        state.member.uid,
        request.redemption,
        state.member.now.toISOString(),
        request.cashFen,
        request.cashTotalFen,
        encode(request.goods),
        hashOf(request),
        encode(answer),
      ],
    );
    const reversals = [...reversalsOf(recorded, 'REDEMPTION', asked, request.return), ...owed];
    const again = await lessDisputed(tx, recorded, reversals);
    // Last, for it holds off the closing of a period until commit.
    await appendObligations(tx, [...reversals, ...again]);
    return { ...answer, before: false };
  });
}

async function load(tx: EntityManager, redemption: string): Promise<ReturnState> {
  const [owner] = await rows<{ uid: string }>(
    tx,
    `select uid from (select member_uid as uid, 1 as n from hold where redemption = ? and state = 'CAPTURED'
       union all select member_uid, 2 from hold where redemption = ? and state <> 'CAPTURED' union all select member_uid, 3 from accrual where redemption = ?) o
     order by n limit 1`,
    [redemption, redemption, redemption],
  );
  const member = owner ? await lockMember(tx, owner.uid) : null;
  if (!member) throw badInput('There is no such redemption', { argument: 'redemption' });
  const hold = await capturedHold(tx, redemption);
  const before = await rows<{ cash_fen: string; goods: string }>(tx, 'select cash_fen, goods from point_return where redemption = ?', [
    redemption,
  ]);
  return {
    member,
    hold,
    legs: hold ? await legsOf(tx, hold) : [],
    cashBefore: sumOf(before.map((each) => BigInt(each.cash_fen))),
    goodsBefore: sumGoods(before.map((each) => decode<Goods[]>(each.goods))),
  };
}

function isLeft({ legs, cashBefore }: ReturnState, asked: readonly Leg[], { cashFen, cashTotalFen, goods }: ReturnRequest): boolean {
  if (asked.length === 0 && cashFen === 0n && goods.every(({ returned }) => returned === 0)) return false;
  if (cashBefore + cashFen > cashTotalFen) return false;
  return asked.every(({ programme, points, fen }) => {
    const leg = legs.find((candidate) => candidate.programme === programme);
    return leg !== undefined && leg.returnedPoints + points <= leg.points && leg.returnedFen + fen <= leg.fen;
  });
}

async function giveLegsBack(
  tx: EntityManager,
  key: WriteKey,
  { member }: ReturnState,
  hold: StoredHold,
  asked: readonly Leg[],
  request: ReturnRequest,
): Promise<Restored[]> {
  const parts = await partsOf(tx, hold);
  const restored: Restored[] = [];
  const back: { n: number; points: bigint }[] = [];
  for (const { programme, points } of asked) {
    const own = parts.filter((part) => part.programme === programme);
    const shares = goBack(points, own);
    const returns = own.map((part, n) => ({ part, points: shares[n] ?? 0n })).filter((share) => share.points > 0n);
    const terms = await tx.findOneOrFail(Programme, { id: programme });
    restored.push(...(await restore(tx, member, key, request.return, terms, { capturedAt: hold.endedAt as Date, returns })));
    back.push(...returns.map((share) => ({ n: share.part.n, points: share.points })));
  }
  await countReturned(tx, hold, asked, back);
  return restored;
}

const hashOf = (request: ReturnRequest): string => createHash('sha256').update(canonical(request)).digest('hex');

async function sameReturn(tx: EntityManager, request: ReturnRequest): Promise<Returned | null> {
  const [known] = await rows<{ body_hash: string; answer: string }>(tx, 'select body_hash, answer from point_return where id = ?', [
    request.return,
  ]);
  if (!known) return null;
  if (known.body_hash !== hashOf(request))
    throw new DomainError('IDEMPOTENCY_CONFLICT', 'Another return has this id', { return: request.return });
  return decode<Returned>(known.answer);
}
