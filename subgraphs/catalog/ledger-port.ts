import { type Trade } from '../../schema/roster.js';
import { serviceViewer, type Viewer } from '../../schema/viewer.js';
import type { Peers } from '../kernel/peers.js';
import { type Rational, rational } from '../kernel/rational.js';
import type { PublishedVersions } from './campaigns/rule-in-force.js';
import type { Spendable } from './quotes/split.js';

/** What the catalog asks of the ledger. Wire form in and out of this file only: points and fen are bigint beyond it. */
interface Asking {
  readonly peers: Peers;
  readonly viewer: Viewer;
}

export interface AcceptorTerms {
  readonly id: string;
  readonly trade: Trade | null;
  readonly suspended: boolean;
}

export interface Terms {
  readonly terms: AcceptorTerms | null;
  /** Programmes that exist, of those asked for. `value`: fen per point. */
  readonly programmes: ReadonlyMap<string, { readonly value: Rational; readonly issuer: string }>;
}

interface WireTerms {
  readonly partnerTerms: AcceptorTerms | null;
  readonly programmeTerms: readonly {
    readonly programme: string;
    readonly issuer: string;
    readonly valueFen: number;
    readonly valuePoints: number;
  }[];
}

interface WireSpendable {
  readonly programme: string;
  readonly issuer: string;
  readonly available: number;
  readonly valueFen: number;
  readonly valuePoints: number;
  readonly earliestExpiry: string | null;
  readonly acceptorIsIssuer: boolean;
}

const termFields = `partnerTerms(id: $acceptor) { id trade suspended }
  programmeTerms(ids: $programmes) { programme issuer valueFen valuePoints }`;
const spendableFields = '{ programme issuer available valueFen valuePoints earliestExpiry acceptorIsIssuer }';

const termsOf = ({ partnerTerms, programmeTerms }: WireTerms): Terms => ({
  terms: partnerTerms,
  programmes: new Map(
    programmeTerms.map(({ programme, issuer, valueFen, valuePoints }) => [
      programme,
      { issuer, value: rational(BigInt(valueFen), BigInt(valuePoints)) },
    ]),
  ),
});

const spendableOf = (wire: WireSpendable): Spendable => ({
  programme: wire.programme,
  issuer: wire.issuer,
  available: BigInt(wire.available),
  value: rational(BigInt(wire.valueFen), BigInt(wire.valuePoints)),
  earliestExpiry: wire.earliestExpiry === null ? null : new Date(wire.earliestExpiry),
  acceptorIsIssuer: wire.acceptorIsIssuer,
});

/** The terms of an acceptor, and of those of the programmes that exist. */
export async function acceptorTerms({ peers, viewer }: Asking, acceptor: string, programmes: readonly string[]): Promise<Terms> {
  return termsOf(
    await peers.ask<WireTerms>('ledger', `query ($acceptor: ID!, $programmes: [ID!]!) { ${termFields} }`, { acceptor, programmes }, viewer),
  );
}

/** The same, with what the member may spend there. */
export async function purse(
  { peers, viewer }: Asking,
  memberUid: string,
  acceptor: string,
  programmes: readonly string[],
): Promise<Terms & { readonly wallets: readonly Spendable[] }> {
  const wire = await peers.ask<WireTerms & { spendable: readonly WireSpendable[] }>(
    'ledger',
    `query ($memberUid: ID!, $acceptor: ID!, $programmes: [ID!]!) { ${termFields} spendable(memberUid: $memberUid, acceptor: $acceptor) ${spendableFields} }`,
    { memberUid, acceptor, programmes },
    viewer,
  );
  return { ...termsOf(wire), wallets: wire.spendable.map(spendableOf) };
}

/** What one member may spend at each of several acceptors, in their order; one call. */
export async function spendableAt({ peers, viewer }: Asking, memberUid: string, acceptors: readonly string[]): Promise<Spendable[][]> {
  const wire = await peers.ask<Record<string, readonly WireSpendable[]>>(
    'ledger',
    `query ($memberUid: ID!${acceptors.map((_, index) => `, $a${index}: ID!`).join('')}) {
      ${acceptors.map((_, index) => `a${index}: spendable(memberUid: $memberUid, acceptor: $a${index}) ${spendableFields}`).join('\n')} }`,
    { memberUid, ...Object.fromEntries(acceptors.map((acceptor, index) => [`a${index}`, acceptor])) },
    viewer,
  );
  return acceptors.map((_, index) => (wire[`a${index}`] ?? []).map(spendableOf));
}

/** The limit that keeps a member from points that it has; null where none does. */
export async function bindingLimit(
  { peers, viewer }: Asking,
  memberUid: string,
  programme: string,
): Promise<{ readonly period: string; readonly max: bigint; readonly left: bigint; readonly resetsAt: Date | null } | null> {
  const { bindingLimit: found } = await peers.ask<{
    bindingLimit: { readonly period: string; readonly max: number; readonly left: number; readonly resetsAt: string | null } | null;
  }>(
    'ledger',
    'query ($memberUid: ID!, $programme: ID!) { bindingLimit(memberUid: $memberUid, programme: $programme) { period max left resetsAt } }',
    { memberUid, programme },
    viewer,
  );
  if (!found) return null;
  const { period, max, left, resetsAt } = found;
  return { period, max: BigInt(max), left: BigInt(left), resetsAt: resetsAt === null ? null : new Date(resetsAt) };
}

/** All points of a programme that a member ever earned, less what was taken back. */
export async function earnedEver({ peers, viewer }: Asking, memberUid: string, programme: string): Promise<bigint> {
  const wire = await peers.ask<{ earnedEver: number }>(
    'ledger',
    'query ($memberUid: ID!, $programme: ID!) { earnedEver(memberUid: $memberUid, programme: $programme) }',
    { memberUid, programme },
    viewer,
  );
  return BigInt(wire.earnedEver);
}

/** How often a member bought at a partner after an instant, without what went back whole. */
export async function purchasesSince({ peers, viewer }: Asking, memberUid: string, partner: string, since: Date): Promise<bigint> {
  const wire = await peers.ask<{ purchasesSince: number }>(
    'ledger',
    'query ($memberUid: ID!, $partner: ID!, $since: DateTime!) { purchasesSince(memberUid: $memberUid, partner: $partner, since: $since) }',
    { memberUid, partner, since: since.toISOString() },
    viewer,
  );
  return BigInt(wire.purchasesSince);
}

/** One line of a purchase that may come. */
export interface PreviewLine {
  readonly sku: string;
  readonly category: string;
  readonly fen: bigint;
  readonly cashFen: bigint;
}

/** What a purchase would earn now; null where the partner lets nothing be earned. */
export async function accrualPreview(
  { peers, viewer }: Asking,
  memberUid: string,
  partner: string,
  lines: readonly PreviewLine[],
): Promise<{ readonly programme: string; readonly points: bigint } | null> {
  const values: Record<string, unknown> = {};
  lines.forEach(({ sku, category, fen, cashFen }, index) =>
    Object.assign(values, { [`s${index}`]: sku, [`k${index}`]: category, [`f${index}`]: Number(fen), [`c${index}`]: Number(cashFen) }),
  );
  const declared = lines.map((_, index) => `, $s${index}: String!, $k${index}: String!, $f${index}: Fen!, $c${index}: Fen!`).join('');
  const list = lines.map((_, index) => `{ sku: $s${index}, category: $k${index}, fen: $f${index}, cashFen: $c${index} }`).join(', ');
  const wire = await peers.ask<{ accrualPreview: { programme: string; points: number } | null }>(
    'ledger',
    `query ($memberUid: ID!, $partner: ID!${declared}) { accrualPreview(memberUid: $memberUid, partner: $partner, lines: [${list}]) { programme points } }`,
    { memberUid, partner, ...values },
    viewer,
  );
  return wire.accrualPreview && { programme: wire.accrualPreview.programme, points: BigInt(wire.accrualPreview.points) };
}

/** What a point of each programme is worth, of those that exist. */
export async function programmeValues({ peers, viewer }: Asking, programmes: readonly string[]): Promise<Terms['programmes']> {
  const wire = await peers.ask<Pick<WireTerms, 'programmeTerms'>>(
    'ledger',
    'query ($programmes: [ID!]!) { programmeTerms(ids: $programmes) { programme issuer valueFen valuePoints } }',
    { programmes },
    viewer,
  );
  return termsOf({ partnerTerms: null, ...wire }).programmes;
}

/** What a purchase has to be for a rule to count; null asks nothing. */
interface RuleConditions {
  readonly category: string | null;
  readonly certificate: string | null;
  readonly certificateRegistered: boolean;
  readonly cardProduct: string | null;
  readonly event: string | null;
  readonly tier: string | null;
}

/** What an accrual rule gives, and for what. `rate`: points per fen. */
export interface RuleTerms extends RuleConditions {
  readonly programme: string;
  readonly kind: 'BASE' | 'BONUS' | 'EVENT';
  readonly rate: Rational | null;
  readonly bonusBasisPoints: number | null;
}

interface WireRule extends RuleConditions {
  readonly id: string;
  readonly kind: RuleTerms['kind'];
  readonly name: string;
  readonly version: number;
  readonly state: PublishedVersions['state'];
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  readonly programme: {
    readonly id: string;
    readonly rules: readonly { readonly name: string; readonly version: number; readonly validFrom: string | null }[];
  };
  readonly rate: { readonly points: number; readonly fen: number } | null;
  readonly bonusBasisPoints: number | null;
}

/** What accrual rules give, and when, by their id; those that there are none of, as far as the viewer may know, are left out. */
export async function accrualRules({ peers, viewer }: Asking, ids: readonly string[]): Promise<Map<string, RuleTerms & PublishedVersions>> {
  const { _entities: found } = await peers.ask<{ _entities: readonly (WireRule | null)[] }>(
    'ledger',
    `query ($rules: [_Any!]!) { _entities(representations: $rules) {
      ... on AccrualRule { id kind name version state validFrom validUntil rate { points fen } bonusBasisPoints
        category certificate certificateRegistered cardProduct event tier programme { id rules { name version validFrom } } } } }`,
    { rules: ids.map((id) => ({ __typename: 'AccrualRule', id })) },
    viewer,
  );
  return new Map(
    found
      .filter((rule) => rule !== null)
      .map(({ id, programme, rate, validFrom, validUntil, ...terms }) => [
        id,
        {
          ...terms,
          validFrom: instant(validFrom),
          validUntil: instant(validUntil),
          programme: programme.id,
          published: programme.rules.map((other) => ({ name: other.name, version: other.version, validFrom: instant(other.validFrom) })),
          rate: rate && rational(BigInt(rate.points), BigInt(rate.fen)),
        },
      ]),
  );
}

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));

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

/** Gives burned points back to the very lots they came from, and takes back what was earned on returned cash. */
export async function returnPoints(peers: Peers, order: ReturnOrder, key: string): Promise<ReturnPointsAnswer> {
  const { declared, list, values } = legVariables(order.legs);
  const wire = await write<WireReturn>(
    peers,
    'returnPoints',
    `mutation ($return: ID!, $redemption: ID!, $cashFen: Fen!, $cashTotalFen: Fen!${declared}) {
      returnPoints(input: { return: $return, redemption: $redemption, cashFen: $cashFen, cashTotalFen: $cashTotalFen, legs: ${list} }) {
        __typename ... on PointsReturned { restored { lot programme points expiresAt } clawback arrears deducted { programme points fen } settled } } }`,
    {
      return: order.return,
      redemption: order.redemption,
      cashFen: Number(order.cashFen),
      cashTotalFen: Number(order.cashTotalFen),
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
