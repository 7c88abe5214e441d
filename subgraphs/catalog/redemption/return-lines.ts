import { setTimeout as wait } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid, validate } from 'uuid';
import { Unavailable } from '../../../schema/transport.js';
import { mustActFor } from '../../kernel/acting-for.js';
import { badInput, DomainError } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { decode, encode } from '../../kernel/json.js';
import { sumOf } from '../../kernel/rational.js';
import { change, rows } from '../../kernel/sql.js';
import { freePlaces } from '../slots/slot-store.js';
import { freeCoupons, restoreCoupons, revokeCoupons } from '../coupons/revoke-coupons.js';
import type { SagaContext } from './ask-peers.js';
import type { Context } from '../context.js';
import { withdrawDelivery } from './delivery-port.js';
import { type ReturnedGoods, type ReturnPointsAnswer, returnPoints } from '../ledger-writes.js';
import { RedemptionLine } from './redemption.entity.js';
import { reasonAllowed, returnOf, type ReturnReason, sumLegs } from './returns.js';
import { settings } from '../settings.js';
import type { Leg } from '../quotes/split.js';

export interface ReturnWish {
  readonly redemption: string;
  readonly lines: readonly { readonly line: number; readonly quantity: number }[];
  readonly reason: ReturnReason;
}

export type ReturnRefusal =
  | { readonly kind: 'refused'; readonly code: 'REASON_NOT_ALLOWED'; readonly line: number }
  | { readonly kind: 'refused'; readonly code: 'NOTHING_LEFT'; readonly line: number | null };
type ReturnStart = { readonly kind: 'started'; readonly id: string } | ReturnRefusal;

export interface DoneReturn {
  readonly kind: 'returned';
  /** Cash to pay back, less what is deducted for points that were spent. */
  readonly cashFen: bigint;
  readonly deductedFen: bigint;
  readonly answer: Extract<ReturnPointsAnswer, { kind: 'returned' }>;
}

/** Takes pieces back: the very points that paid for them, and their cash. Open for suspended partners too, for members must not be stuck with goods. */
export async function returnLines(context: Context, key: WriteKey, wish: ReturnWish): Promise<Once<DoneReturn | ReturnRefusal>> {
  const redemption = validate(wish.redemption) ? await context.loaders.redemption.load(wish.redemption) : null;
  if (!redemption) throw badInput('There is no such redemption', { argument: 'redemption' });
  mustActFor(context.viewer, 'redeem.reverse', redemption.acceptorId);
  const numbers = new Set(wish.lines.map(({ line }) => line));
  if (wish.lines.length === 0 || numbers.size < wish.lines.length) throw badInput('Name every line once', { argument: 'lines' });
  const { outcome, replayed } = await once<ReturnStart>(context.em, key, wish, (tx) => intend(tx, wish));
  if (outcome.kind === 'refused') return { outcome, replayed };
  return { outcome: await carryOut(context, outcome.id), replayed };
}

/** Carries a return on that was written down, or joins the worker that is at it already; answers what became of it. */
export async function carryOut(context: SagaContext, id: string): Promise<DoneReturn | ReturnRefusal> {
  const giveUpAt = performance.now() + settings.joinMs;
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, 160)) {
    if (await takeReturn(context.em, id)) {
      await finishReturn(context, id);
      break;
    }
    const { state, attempts } = await readReturn(context.em, id);
    // What pauses after an attempt without an answer is the job's.
    if (state !== 'PENDING' || attempts > 0 || performance.now() > giveUpAt) break;
    await wait(pauseMs);
  }
  return resultOf(context.em, id);
}

/** Decides under the redemption's lock and counts the pieces as returned, before the ledger is asked. */
async function intend(tx: EntityManager, { redemption, lines, reason }: ReturnWish): Promise<ReturnStart> {
  const [head] = await rows<{ step: string }>(tx, 'select step from redemption where id = ? for update', [redemption]);
  if (head?.step !== 'COMPLETED') throw badInput('Only a completed redemption can come back', { argument: 'redemption' });
  const known = await tx.find(RedemptionLine, { redemptionId: redemption }, { disableIdentityMap: true });
  const wanted = lines.map(({ line: number, quantity }) => {
    const line = known.find((candidate) => candidate.line === number);
    if (!line) throw badInput('The redemption has no such line', { argument: 'lines.line', line: number });
    if (quantity < 1) throw badInput('A quantity is at least 1', { argument: 'lines.quantity' });
    return { line, quantity };
  });
  for (const { line } of wanted)
    if (!reasonAllowed(reason, line.deliveryKind)) return { kind: 'refused', code: 'REASON_NOT_ALLOWED', line: line.line };
  for (const { line, quantity } of wanted)
    if (line.returnedQuantity + quantity > line.quantity) return { kind: 'refused', code: 'NOTHING_LEFT', line: line.line };
  const coupons: string[] = [];
  for (const { line, quantity } of wanted.filter((each) => each.line.deliveryKind === 'COUPON')) {
    const { bought, free } = await freeCoupons(tx, redemption, line.line);
    if (bought === 0) continue;
    if (free.length < quantity) return { kind: 'refused', code: 'NOTHING_LEFT', line: line.line };
    const back = [...free].sort((a, b) => Number(a.expired) - Number(b.expired)).slice(0, quantity);
    // Whoever let a coupon run out has had the choice.
    if (reason === 'CHANGED_MIND' && back.some(({ expired }) => expired))
      return { kind: 'refused', code: 'REASON_NOT_ALLOWED', line: line.line };
    coupons.push(...back.map(({ id }) => id));
  }
  const parts = wanted.map(({ line, quantity }) =>
    returnOf(
      { quantity: line.quantity, returned: line.returnedQuantity, priceFen: line.priceFen, legs: line.paid, cashFen: line.cashFen },
      quantity,
    ),
  );
  const legs = sumLegs(parts.flatMap((part) => part.legs));
  const id = await writeReturn(tx, { redemption, reason, lines, legs, cashFen: sumOf(parts.map((part) => part.cashFen)) });
  await revokeCoupons(tx, coupons, id);
  return { kind: 'started', id };
}

/** Writes a return down and counts its pieces, in the transaction that decided on it; `carryOut` does the rest. */
export async function writeReturn(
  tx: EntityManager,
  { redemption, reason, lines, legs, cashFen }: ReturnWish & { readonly legs: readonly Leg[]; readonly cashFen: bigint },
): Promise<string> {
  await count(tx, redemption, lines, 1);
  const id = uuid();
  await change(
    tx,
    `insert into redemption_return (id, redemption_id, reason, lines, legs, cash_fen, state, at) values (?, ?, ?, ?, ?, ?, 'PENDING', clock())`,
    [id, redemption, reason, encode(lines), encode(legs), cashFen],
  );
  return id;
}

async function count(tx: EntityManager, redemption: string, lines: ReturnWish['lines'], direction: 1 | -1): Promise<void> {
  for (const { line, quantity } of lines)
    await change(tx, 'update redemption_line set returned_quantity = returned_quantity + ? where redemption_id = ? and line = ?', [
      direction * quantity,
      redemption,
      line,
    ]);
}

interface StoredReturn {
  redemption_id: string;
  delivered_by: string;
  lines: string;
  legs: string;
  cash_fen: string;
  cash_total: string;
  state: 'PENDING' | 'DONE' | 'FAILED';
  answer: string | null;
  attempts: number;
}

const readReturn = async (em: EntityManager, id: string): Promise<StoredReturn> => {
  const [row] = await rows<StoredReturn>(
    em,
    `select r.redemption_id, d.delivered_by, r.lines, r.legs, r.cash_fen, d.cash_fen as cash_total, r.state, r.answer, r.attempts
     from redemption_return r join redemption d on d.id = r.redemption_id where r.id = ?`,
    [id],
  );
  return row as StoredReturn;
};

/**
 * Has what was delivered taken back, then asks the ledger for the points, so that nobody has both; under a lease that the caller holds.
 * Silence of either leaves the return open, and the job asks again.
 */
export async function finishReturn({ em, peers, log }: SagaContext, id: string): Promise<void> {
  const row = await readReturn(em, id);
  const legs = decode<Leg[]>(row.legs)
    .filter((leg) => leg.points > 0n)
    .map(({ programme, points, owedFen }) => ({ programme, points, fen: owedFen }));
  let answer: ReturnPointsAnswer | { readonly kind: 'rejected'; readonly reason: string };
  const [cashFen, cashTotalFen] = [BigInt(row.cash_fen), BigInt(row.cash_total)];
  let withdrawn = false;
  try {
    const part = { return: id, lines: decode<ReturnWish['lines']>(row.lines) };
    withdrawn = await withdrawDelivery(peers, row.delivered_by, row.redemption_id, `${id}:withdraw`, part);
    const goods = await goodsOf(em, row);
    const order = { return: id, redemption: row.redemption_id, legs, cashFen, cashTotalFen, goods };
    answer = withdrawn ? await returnPoints(peers, order, `${id}:return`) : { kind: 'nothingLeft' };
  } catch (error) {
    if (!(error instanceof DomainError) || error.extensions['code'] !== 'BAD_INPUT') {
      log.warn({ err: error, return: id }, 'no answer; the return is carried on later');
      await pause(em, id);
      return;
    }
    answer = { kind: 'rejected', reason: error.message };
  }
  if (withdrawn && answer.kind !== 'returned') log.error({ return: id, answer }, 'taken back, but the ledger gives nothing for it');
  await em.transactional(async (tx) => {
    const state = answer.kind === 'returned' ? 'DONE' : 'FAILED';
    const changed = await change(
      tx,
      `update redemption_return set state = ?, answer = ?, deducted_fen = ?, lease_until = null where id = ? and state = 'PENDING'`,
      [state, encode(answer), answer.kind === 'returned' ? deductedOf(answer) : 0n, id],
    );
    // Only once it is certain: a place that somebody else took meanwhile could not be taken again.
    if (changed === 1 && state === 'DONE') await freePlaces(tx, row.redemption_id, decode(row.lines));
    if (changed === 1 && state === 'FAILED') {
      await count(tx, row.redemption_id, decode(row.lines), -1);
      await restoreCoupons(tx, id);
    }
  });
}

/** All goods of the redemption with what comes back of them, by item, which is how a purchase that names the redemption names them. */
async function goodsOf(em: EntityManager, { redemption_id, lines }: StoredReturn): Promise<ReturnedGoods[]> {
  const found = await rows<Omit<ReturnedGoods, 'fen'> & { readonly fen: string }>(
    em,
    `select l.item_id as sku, coalesce(sum((back ->> 'quantity')::int), 0)::int as returned, sum(l.quantity)::int as quantity, sum(l.price_fen)::text as fen
     from redemption_line l left join jsonb_array_elements(?::jsonb) back on (back ->> 'line')::int = l.line
     where l.redemption_id = ? group by l.item_id order by l.item_id`,
    [lines, redemption_id],
  );
  return found.map(({ sku, returned, quantity, fen }) => ({ sku, returned, quantity, fen: BigInt(fen) }));
}

const deductedOf = ({ deducted = [] }: DoneReturn['answer']): bigint => sumOf(deducted.map(({ fen }) => fen));

async function resultOf(em: EntityManager, id: string): Promise<DoneReturn | ReturnRefusal> {
  const row = await readReturn(em, id);
  if (row.answer === null) throw new Unavailable('ledger', 'the return is still under way');
  const answer = decode<ReturnPointsAnswer | { kind: 'rejected'; reason: string }>(row.answer);
  if (answer.kind === 'rejected') throw badInput(answer.reason);
  if (answer.kind === 'nothingLeft') return { kind: 'refused', code: 'NOTHING_LEFT', line: null };
  const deductedFen = deductedOf(answer);
  return { kind: 'returned', cashFen: BigInt(row.cash_fen) - deductedFen, deductedFen, answer };
}

const free = `state = 'PENDING' and (lease_until is null or lease_until <= clock_timestamp())`;
const leased = `lease_until = clock_timestamp() + make_interval(secs => ${settings.leaseMs / 1_000})`;

const takeReturn = async (em: EntityManager, id: string): Promise<boolean> =>
  (await change(em, `update redemption_return set ${leased} where id = ? and ${free}`, [id])) === 1;

/** The next return that nobody works on, for the job. */
export async function takeAnyReturn(em: EntityManager): Promise<string | null> {
  const [row] = await rows<{ id: string }>(
    em,
    `update redemption_return set ${leased}
     where id = (select id from redemption_return where ${free} order by id limit 1 for update skip locked) returning id`,
  );
  return row?.id ?? null;
}

const pause = (em: EntityManager, id: string): Promise<number> =>
  change(
    em,
    `update redemption_return set attempts = attempts + 1,
       lease_until = clock_timestamp() + least(make_interval(secs => ?), make_interval(secs => power(2, least(attempts, 20)) / 4)) where id = ?`,
    [settings.longestPauseMs / 1_000, id],
  );
