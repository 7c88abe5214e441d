import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { addMs, now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { inverse, timesUp } from '../../kernel/rational.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { firstTime } from '../first-time.js';
import { Item } from '../items/item.entity.js';
import { purse } from '../ledger-port.js';
import { Quote } from '../quotes/quote.entity.js';
import type { Leg } from '../quotes/split.js';
import { begin } from '../redemption/begin.js';
import { ownDesk } from '../redemption/delivery-port.js';
import { ran } from '../redemption/redeem.js';
import type { SagaRow } from '../redemption/saga-row.js';
import { Cause, itemIdOf } from './cause.entity.js';
import { Donation } from './donation.entity.js';
import { type Gift, giftOf } from './gift.js';

export interface DonateWish {
  readonly cause: string;
  readonly programme: string;
  readonly points: bigint;
}

export type DonateRefusal =
  | Extract<Gift, { kind: 'refused' }>
  | {
      readonly kind: 'refused';
      readonly code: 'INSUFFICIENT_POINTS';
      readonly programme: string;
      readonly missing: bigint;
      readonly missingFen: bigint;
    };
type Start = { readonly kind: 'started'; readonly id: string } | DonateRefusal;

const hourMs = 3_600_000;

/**
 * Gives points away: a redemption at the charity that goes the way of all others (hold, then burn, carried on after a crash), of which
 * nothing is handed over but a receipt.
 */
export async function donate(
  context: Context,
  key: WriteKey,
  wish: DonateWish,
): Promise<Once<DonateRefusal | { readonly kind: 'run'; readonly row: SagaRow }>> {
  const { uid } = context.viewer;
  if (uid === undefined) throw badInput('Only a member gives points away', { argument: 'cause' });
  const asked = await firstTime(context.em, key, async () => {
    const cause = await currentCause(context.em, wish.cause);
    return purse(context, uid, cause.charityId, [wish.programme]);
  });
  const { outcome, replayed } = await once<Start>(context.em, key, wish, async (tx) => {
    const cause = await currentCause(tx, wish.cause);
    const { programmes, wallets } = await asked();
    const terms = programmes.get(wish.programme);
    if (!terms) throw badInput('There is no such programme', { argument: 'programme' });
    const at = await now(tx);
    const gift = giftOf(cause, wish.points, terms.value, at);
    if (gift.kind === 'refused') return gift;
    const wallet = wallets.find(({ programme }) => programme === wish.programme);
    const missing = wish.points - (wallet?.available ?? 0n);
    if (!wallet || missing > 0n)
      return {
        kind: 'refused',
        code: 'INSUFFICIENT_POINTS',
        programme: wish.programme,
        missing,
        missingFen: timesUp(missing, terms.value),
      };
    const { programme, issuer } = wallet;
    const leg: Leg = { programme, issuer, points: wish.points, fen: gift.fen, owedFen: gift.fen };
    const item = await itemOf(tx, key, cause, programme, timesUp(cause.minimumFen, inverse(terms.value)), at);
    const id = await beginWith(tx, key, cause, uid, item, leg, at);
    tx.create(Donation, {
      id,
      causeId: cause.id,
      causeVersion: cause.version,
      charityId: cause.charityId,
      memberUid: uid,
      programmeId: programme,
      points: wish.points,
      fen: gift.fen,
      at,
      cancellableUntil: addMs(at, cause.cancelHours * hourMs),
      receipt: null,
    });
    await tx.flush();
    return { kind: 'started', id };
  });
  if (outcome.kind === 'refused') return { outcome, replayed };
  if (!replayed) await context.faults.reach('redeem.QUOTED');
  return { outcome: { kind: 'run', row: await ran(context, outcome.id) }, replayed };
}

async function currentCause(em: EntityManager, id: string): Promise<Cause> {
  const cause = await em.findOne(Cause, { id, current: true }, { disableIdentityMap: true });
  if (!cause) throw badInput('There is no such cause', { argument: 'cause' });
  return cause;
}

/** The quote and the redemption of it; the quote was never on offer, so nobody else can use it. */
async function beginWith(
  tx: EntityManager,
  key: WriteKey,
  cause: Cause,
  memberUid: string,
  item: Item,
  leg: Leg,
  at: Date,
): Promise<string> {
  const quote = uuid();
  const line = { item: item.id, version: item.version, quantity: 1, priceFen: leg.fen, legs: [leg], cashFen: 0n };
  tx.create(Quote, {
    id: quote,
    memberUid,
    acceptorId: cause.charityId,
    deliveredBy: ownDesk,
    split: [line],
    paid: [leg],
    prefer: [leg.programme],
    cashMaxFen: 0n,
    priceFen: leg.fen,
    cashFen: 0n,
    until: at,
    version: item.version,
    createdAt: at,
    usedBy: null,
  });
  await tx.flush();
  const id = await begin(tx, key, quote, null);
  await tx.flush();
  return id;
}

/** The cause as a line of a redemption can name it: an item of this programme that is never on offer, written when first needed. */
async function itemOf(tx: EntityManager, key: WriteKey, cause: Cause, programme: string, pricePoints: bigint, at: Date): Promise<Item> {
  const id = itemIdOf(cause.id);
  await rows(tx, 'select 1 from shelf where item = ? for update', [id]);
  const { nameZh, nameEn, minimumFen: faceFen } = cause;
  const known = await tx.findOne(
    Item,
    { id, programme, pricePoints, faceFen, nameZh, nameEn, deliveryKind: 'DONATION' },
    { disableIdentityMap: true },
  );
  if (known) return known;
  const [highest] = await rows<{ version: number | null }>(tx, 'select max(version) as version from item_version where id = ?', [id]);
  const item = tx.create(Item, {
    id,
    version: (highest?.version ?? 0) + 1,
    ownerId: cause.charityId,
    nameZh,
    nameEn,
    category: 'donation',
    faceFen,
    programme,
    pricePoints,
    deliveryKind: 'DONATION',
    deliveryAmount: 1,
    deliveryUnit: 'receipt',
    maxPointsShareBasisPoints: 10_000,
    acceptsOtherProgrammes: true,
    creditThreshold: false,
    tags: [],
    opensAt: null,
    closesAt: null,
    disclosure: null,
    coupon: null,
    current: false,
    savedAt: at,
    cause: 'SAVED',
    author: key.principal,
    reason: null,
  });
  await tx.flush();
  return item;
}
