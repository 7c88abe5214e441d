import { serviceViewer } from '../../schema/viewer.js';
import type { Peers } from '../kernel/peers.js';

/** Points of one programme; `fen` is what their issuer owes the acceptor for them. */
export interface HoldLeg {
  readonly programme: string;
  readonly points: bigint;
  readonly fen: bigint;
}

export interface HoldOrder {
  readonly hold: string;
  readonly redemption: string;
  readonly memberUid: string;
  readonly acceptor: string;
  readonly legs: readonly HoldLeg[];
  readonly expiresAt: Date | null;
}

/**
 * Every write of one redemption goes out in the catalog's own name, whoever asked first: a resumed saga then meets its earlier calls
 * under the same keys.
 */
const write = async <T>(peers: Peers, field: string, query: string, variables: Record<string, unknown>, key: string): Promise<T> =>
  (await peers.ask<Record<string, T>>('ledger', query, variables, serviceViewer('catalog', key), key))[field] as T;

/** Legs as variables of their own, so that the document does not name the ledger's input types. */
function legVariables(legs: readonly HoldLeg[]): { declared: string; list: string; values: Record<string, unknown> } {
  const values: Record<string, unknown> = {};
  legs.forEach(({ programme, points, fen }, index) =>
    Object.assign(values, { [`p${index}`]: programme, [`n${index}`]: Number(points), [`f${index}`]: Number(fen) }),
  );
  return {
    values,
    declared: legs.map((_, index) => `, $p${index}: ID!, $n${index}: Points!, $f${index}: Fen!`).join(''),
    list: `[${legs.map((_, index) => `{ programme: $p${index}, points: $n${index}, fen: $f${index} }`).join(', ')}]`,
  };
}

export type PlaceHoldAnswer =
  | { readonly __typename: 'HoldPlaced' }
  | { readonly __typename: 'PointsMissing'; readonly programme: string; readonly missing: number }
  | { readonly __typename: 'MemberFrozen' | 'SuspendedPartner' | 'CreditLimitReached' };

/** Sets the points of every leg aside, or none. */
export function placeHold(peers: Peers, order: HoldOrder, key: string): Promise<PlaceHoldAnswer> {
  const { declared, list, values } = legVariables(order.legs);
  return write(
    peers,
    'placeHold',
    `mutation ($hold: ID!, $redemption: ID!, $memberUid: ID!, $acceptor: ID!, $expiresAt: DateTime${declared}) {
      placeHold(input: { hold: $hold, redemption: $redemption, memberUid: $memberUid, acceptor: $acceptor, expiresAt: $expiresAt, legs: ${list} }) {
        __typename ... on PointsMissing { programme missing } } }`,
    {
      hold: order.hold,
      redemption: order.redemption,
      memberUid: order.memberUid,
      acceptor: order.acceptor,
      expiresAt: order.expiresAt?.toISOString() ?? null,
      ...values,
    },
    key,
  );
}

export type EndHoldAnswer =
  | { readonly __typename: 'HoldPinned' | 'HoldCaptured' | 'HoldReleased' | 'HoldExpired' }
  | { readonly __typename: 'HoldEnded'; readonly state: string };

/** The member goes with the hold, so that a ledger over several machines asks the one that has it. */
const onHold =
  (field: 'pinHold' | 'releaseHold') =>
  (peers: Peers, ref: Pick<HoldOrder, 'hold' | 'memberUid'>, key: string): Promise<EndHoldAnswer> =>
    write(
      peers,
      field,
      `mutation ($hold: ID!, $memberUid: ID!) { ${field}(hold: $hold, memberUid: $memberUid) { __typename ... on HoldEnded { state } } }`,
      { hold: ref.hold, memberUid: ref.memberUid },
      key,
    );

/** Takes the hold's term away, before anything is delivered for it. */
export const pinHold = onHold('pinHold');
/** Burns the held points, or of them what `legs` name; from then on their issuers owe. */
export function captureHold(
  peers: Peers,
  ref: Pick<HoldOrder, 'hold' | 'memberUid'>,
  legs: readonly HoldLeg[] | null,
  key: string,
): Promise<EndHoldAnswer> {
  const { declared, list, values } = legVariables(legs ?? []);
  return write(
    peers,
    'captureHold',
    `mutation ($hold: ID!, $memberUid: ID!${declared}) {
      captureHold(hold: $hold, memberUid: $memberUid${legs ? `, legs: ${list}` : ''}) { __typename ... on HoldEnded { state } } }`,
    { hold: ref.hold, memberUid: ref.memberUid, ...values },
    key,
  );
}
/** Gives the held points back to their lots. */
export const releaseHold = onHold('releaseHold');

export interface ReturnOrder {
  readonly return: string;
  readonly redemption: string;
  readonly legs: readonly HoldLeg[];
  readonly cashFen: bigint;
  readonly cashTotalFen: bigint;
  readonly goods: readonly ReturnedGoods[];
}

/** Pieces of one item that come back, of all that the redemption has of it; `fen`: price of these. */
export interface ReturnedGoods {
  readonly sku: string;
  readonly returned: number;
  readonly quantity: number;
  readonly fen: bigint;
}

export interface RestoredPoints {
  readonly lot: string;
  readonly programme: string;
  readonly points: bigint;
  readonly expiresAt: Date | null;
}

/** Points that stay with the member because the refund pays for them. */
export interface DeductedPoints {
  readonly programme: string;
  readonly points: bigint;
  readonly fen: bigint;
}

export type ReturnPointsAnswer =
  | {
      readonly kind: 'returned';
      readonly restored: readonly RestoredPoints[];
      readonly clawback: bigint;
      readonly arrears: bigint;
      /** Absent in answers that were kept before anything was deducted. */
      readonly deducted?: readonly DeductedPoints[];
      /** Absent in answers that were kept before arrears were settled by what comes back. */
      readonly settled?: bigint;
    }
  | { readonly kind: 'nothingLeft' };

interface WireReturn {
  readonly __typename: string;
  readonly restored: readonly { lot: string; programme: string; points: number; expiresAt: string | null }[];
  readonly clawback: number;
  readonly arrears: number;
  readonly deducted: readonly { programme: string; points: number; fen: number }[];
  readonly settled: number;
}

/** Gives burned points back to the very lots they came from, and takes back what the returned goods had earned. */
export async function returnPoints(peers: Peers, order: ReturnOrder, key: string): Promise<ReturnPointsAnswer> {
  const { declared, list, values } = legVariables(order.legs);
  const wire = await write<WireReturn>(
    peers,
    'returnPoints',
    `mutation ($return: ID!, $redemption: ID!, $cashFen: Fen!, $cashTotalFen: Fen!, $goods: [ReturnedGoodsInput!]!${declared}) {
      returnPoints(input: { return: $return, redemption: $redemption, cashFen: $cashFen, cashTotalFen: $cashTotalFen, goods: $goods, legs: ${list} }) {
        __typename ... on PointsReturned { restored { lot programme points expiresAt } clawback arrears deducted { programme points fen } settled } } }`,
    {
      return: order.return,
      redemption: order.redemption,
      cashFen: Number(order.cashFen),
      cashTotalFen: Number(order.cashTotalFen),
      goods: order.goods.map((each) => ({ ...each, fen: Number(each.fen) })),
      ...values,
    },
    key,
  );
  if (wire.__typename !== 'PointsReturned') return { kind: 'nothingLeft' };
  return {
    kind: 'returned',
    restored: wire.restored.map((lot) => ({
      ...lot,
      points: BigInt(lot.points),
      expiresAt: lot.expiresAt === null ? null : new Date(lot.expiresAt),
    })),
    clawback: BigInt(wire.clawback),
    arrears: BigInt(wire.arrears),
    deducted: wire.deducted.map(({ programme, points, fen }) => ({ programme, points: BigInt(points), fen: BigInt(fen) })),
    settled: BigInt(wire.settled),
  };
}

/** What the issuer of a coupon owes the partner that took it; told under the key of the use. */
export const oweForCoupon = (
  peers: Peers,
  debt: { readonly use: string; readonly issuer: string; readonly acceptor: string; readonly programme: string; readonly fen: bigint },
  key: string,
): Promise<unknown> =>
  write(
    peers,
    'oweForCoupon',
    `mutation ($use: ID!, $issuer: ID!, $acceptor: ID!, $programme: ID!, $fen: Fen!) {
      oweForCoupon(input: { use: $use, issuer: $issuer, acceptor: $acceptor, programme: $programme, fen: $fen }) { obligation } }`,
    { ...debt, fen: Number(debt.fen) },
    key,
  );

/** The purchase with the coupon was cancelled, or a part of its goods came back: what was owed for it is owed back. */
export const takeBackCoupon = (
  peers: Peers,
  use: string,
  key: string,
  part: { readonly return: string; readonly fen: bigint } | null = null,
): Promise<unknown> =>
  write(
    peers,
    'takeBackCoupon',
    'mutation ($use: ID!, $part: CouponPartInput) { takeBackCoupon(use: $use, part: $part) { obligation } }',
    { use, part: part && { return: part.return, fen: Number(part.fen) } },
    key,
  );
