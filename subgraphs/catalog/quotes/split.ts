import { allocate, minOf, type Rational, rational, sumOf, timesDown, timesUp, inverse } from '../../kernel/rational.js';

/** One line of a cart at the item's price version. `faceFen` and `pricePoints` are of one piece. */
export interface CartLine {
  readonly item: string;
  readonly version: number;
  readonly quantity: number;
  readonly faceFen: bigint;
  readonly programme: string;
  readonly pricePoints: bigint;
  readonly maxShareBasisPoints: number;
  readonly acceptsOthers: boolean;
  readonly category?: string;
  /** Issuers whose points may not pay for it. */
  readonly blockedIssuers?: readonly string[];
  /** The appointment that was chosen; absent where it needs none. */
  readonly slot?: string | null;
  /** The personal offer that it is had by; absent where there is none. */
  readonly offer?: string | null;
}

/** What a member may spend of one programme at one acceptor. `value`: fen per point. */
export interface Spendable {
  readonly programme: string;
  readonly issuer: string;
  readonly available: bigint;
  readonly value: Rational;
  readonly earliestExpiry: Date | null;
  readonly acceptorIsIssuer: boolean;
}

/** Points of one programme in a payment. `fen`: the price that they cover; `owedFen`: what their issuer owes for them at the most. */
export interface Leg {
  readonly programme: string;
  readonly issuer: string;
  readonly points: bigint;
  readonly fen: bigint;
  readonly owedFen: bigint;
}

export interface SplitLine {
  readonly item: string;
  readonly version: number;
  readonly quantity: number;
  readonly priceFen: bigint;
  readonly legs: readonly Leg[];
  readonly cashFen: bigint;
  readonly slot?: string | null;
  readonly offer?: string | null;
}

/** A cart paid: lines and legs sum to the price, exactly. */
export interface Split {
  readonly kind: 'split';
  readonly lines: readonly SplitLine[];
  readonly legs: readonly Leg[];
  readonly priceFen: bigint;
  readonly cashFen: bigint;
}

export type SplitRefusal =
  | {
      readonly kind: 'refused';
      readonly code: 'INSUFFICIENT_POINTS';
      readonly programme: string;
      readonly missing: bigint;
      readonly missingFen: bigint;
    }
  | { readonly kind: 'refused'; readonly code: 'SHARE_LIMIT'; readonly max: bigint };

export interface BlockedRefusal {
  readonly kind: 'refused';
  readonly code: 'CATEGORY_BLOCKED';
  readonly category: string;
  readonly issuer: string;
}

/** Where more points of the programme could not pay either, because its issuer may not let them, that is the refusal. */
export function blockedInstead(
  refusal: SplitRefusal,
  cart: readonly CartLine[],
  issuerOf: (programme: string) => string | undefined,
): SplitRefusal | BlockedRefusal {
  if (refusal.code !== 'INSUFFICIENT_POINTS') return refusal;
  const issuer = issuerOf(refusal.programme);
  const line = cart.find(({ programme, blockedIssuers }) => programme === refusal.programme && issuer && blockedIssuers?.includes(issuer));
  return line && issuer ? { kind: 'refused', code: 'CATEGORY_BLOCKED', category: line.category ?? '', issuer } : refusal;
}

/** Fen that points may cover of the line at the most. */
export const shareLimit = (line: CartLine): bigint =>
  timesDown(line.faceFen * BigInt(line.quantity), rational(BigInt(line.maxShareBasisPoints), 10_000n));

/**
 * Pays a cart with points as far as they go, in the order of `prefer`, then the acceptor's own programme, then by earliest expiry; the rest
 * is cash. Points of the item's own programme count at the item's price, others at their programme's value. Refused where more cash would
 * be left than `cashMaxFen` (null: any), and where the member has no point at all to give.
 */
export function split(
  cart: readonly CartLine[],
  wallets: readonly Spendable[],
  prefer: readonly string[],
  cashMaxFen: bigint | null,
): Split | SplitRefusal {
  const open = cart.map((line) => ({ line, room: shareLimit(line), legs: new Map<string, { points: bigint; fen: bigint }>() }));
  const order = inOrder(wallets, prefer);
  for (const wallet of order) charge(wallet, open);
  const priceFen = sumOf(cart.map(priceOf));
  const covered = sumOf(open.flatMap(({ legs }) => [...legs.values()].map((leg) => leg.fen)));
  const cashFen = priceFen - covered;
  const max = sumOf(cart.map(shareLimit));
  const cashMax = cashMaxFen ?? priceFen;
  if (priceFen - max > cashMax) return { kind: 'refused', code: 'SHARE_LIMIT', max };
  if (cashFen > cashMax) return missingFrom(open, cashFen - cashMax);
  if (covered === 0n && max > 0n) return missingFrom(open, max);
  return settle(open, order, priceFen, cashFen);
}

/** Pays with the points that the member chose, and refuses where some of them would be left over because of the share limit. */
export function splitChosen(
  cart: readonly CartLine[],
  wallets: readonly Spendable[],
  chosen: readonly { readonly programme: string; readonly points: bigint }[],
): Split | SplitRefusal {
  const limited: Spendable[] = [];
  for (const { programme, points } of chosen) {
    const wallet = wallets.find((candidate) => candidate.programme === programme);
    if (!wallet || wallet.available < points) {
      const missing = points - (wallet?.available ?? 0n);
      return {
        kind: 'refused',
        code: 'INSUFFICIENT_POINTS',
        programme,
        missing,
        missingFen: wallet ? timesDown(missing, wallet.value) : 0n,
      };
    }
    limited.push({ ...wallet, available: points });
  }
  const open = cart.map((line) => ({ line, room: shareLimit(line), legs: new Map<string, { points: bigint; fen: bigint }>() }));
  for (const wallet of limited) charge(wallet, open);
  const priceFen = sumOf(cart.map(priceOf));
  const max = sumOf(cart.map(shareLimit));
  const covered = sumOf(open.flatMap(({ legs }) => [...legs.values()].map((leg) => leg.fen)));
  const leftOver = limited.some(
    ({ programme, available, value }) =>
      timesDown(available - sumOf(open.map(({ legs }) => legs.get(programme)?.points ?? 0n)), value) > 0n,
  );
  if (leftOver && covered === max && max < priceFen) return { kind: 'refused', code: 'SHARE_LIMIT', max };
  return settle(open, limited, priceFen, priceFen - covered);
}

interface OpenLine {
  readonly line: CartLine;
  /** Fen that points may still cover. */
  room: bigint;
  readonly legs: Map<string, { points: bigint; fen: bigint }>;
}

const priceOf = (line: CartLine): bigint => line.faceFen * BigInt(line.quantity);

function inOrder(wallets: readonly Spendable[], prefer: readonly string[]): Spendable[] {
  const rank = (wallet: Spendable): number => {
    const at = prefer.indexOf(wallet.programme);
    return at === -1 ? prefer.length : at;
  };
  const expiry = (wallet: Spendable): number => wallet.earliestExpiry?.getTime() ?? Number.POSITIVE_INFINITY;
  return [...wallets].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      Number(b.acceptorIsIssuer) - Number(a.acceptorIsIssuer) ||
      (expiry(a) === expiry(b) ? 0 : expiry(a) < expiry(b) ? -1 : 1) ||
      (a.programme < b.programme ? -1 : 1),
  );
}

const nativeRate = (line: CartLine): Rational => rational(line.faceFen, line.pricePoints);

const isTaken = ({ programme, acceptsOthers, blockedIssuers }: CartLine, wallet: Spendable): boolean =>
  (programme === wallet.programme || acceptsOthers) && !blockedIssuers?.includes(wallet.issuer);

/** Puts one wallet's points on the lines that take them; where they do not reach, in proportion to what each line still needs. */
function charge(wallet: Spendable, open: readonly OpenLine[]): void {
  const takers = open
    .filter(({ line, room }) => room > 0n && isTaken(line, wallet))
    .map((entry) => ({ entry, rate: entry.line.programme === wallet.programme ? nativeRate(entry.line) : wallet.value }));
  const needs = takers.map(({ entry, rate }) => timesUp(entry.room, inverse(rate)));
  const total = sumOf(needs);
  const shares = wallet.available >= total ? needs : allocate(wallet.available, needs);
  let left = wallet.available;
  const put = (taker: (typeof takers)[number], points: bigint): void => {
    const { entry, rate } = taker;
    const earlier = entry.legs.get(wallet.programme) ?? { points: 0n, fen: 0n };
    const room = entry.room + earlier.fen;
    // Only as many points as the fen that they cover take: a rest that covers no fen stays with the member.
    const fen = minOf(room, timesDown(earlier.points + points, rate));
    if (fen === 0n) return;
    const charged = timesUp(fen, inverse(rate));
    entry.room = room - fen;
    entry.legs.set(wallet.programme, { points: charged, fen });
    left -= charged - earlier.points;
  };
  takers.forEach((taker, index) => put(taker, shares[index] ?? 0n));
  for (const taker of takers) if (left > 0n && taker.entry.room > 0n) put(taker, left);
}

/** What is missing, in points of the first line that could take more, and in fen altogether. */
function missingFrom(open: readonly OpenLine[], missingFen: bigint): SplitRefusal {
  const lacking = open.filter(({ room }) => room > 0n);
  const programme = lacking[0]?.line.programme ?? '';
  let fen = missingFen;
  let missing = 0n;
  for (const { line, room } of lacking) {
    const part = minOf(room, fen);
    fen -= part;
    if (line.programme === programme) missing += timesUp(part, inverse(nativeRate(line)));
  }
  return { kind: 'refused', code: 'INSUFFICIENT_POINTS', programme, missing, missingFen };
}

/** The lines with their legs; what an issuer owes is never more than the value of its points, and is shared over the lines by what they cover. */
function settle(open: readonly OpenLine[], order: readonly Spendable[], priceFen: bigint, cashFen: bigint): Split {
  const legs: Leg[] = [];
  const owedOf = new Map<string, bigint[]>();
  for (const { programme, issuer, value } of order) {
    const parts = open.map((entry) => entry.legs.get(programme) ?? { points: 0n, fen: 0n });
    const points = sumOf(parts.map((part) => part.points));
    if (points === 0n) continue;
    const fen = sumOf(parts.map((part) => part.fen));
    const owedFen = minOf(fen, timesDown(points, value));
    legs.push({ programme, issuer, points, fen, owedFen });
    owedOf.set(
      programme,
      allocate(
        owedFen,
        parts.map((part) => part.fen),
      ),
    );
  }
  const lines = open.map(({ line, legs: taken }, index): SplitLine => {
    const lineLegs = legs.flatMap(({ programme, issuer }) => {
      const part = taken.get(programme);
      return part ? [{ programme, issuer, ...part, owedFen: owedOf.get(programme)?.[index] ?? 0n }] : [];
    });
    const { item, version, quantity, slot, offer } = line;
    return {
      ...(slot ? { slot } : {}),
      ...(offer ? { offer } : {}),
      item,
      version,
      quantity,
      priceFen: priceOf(line),
      legs: lineLegs,
      cashFen: priceOf(line) - sumOf(lineLegs.map((leg) => leg.fen)),
    };
  });
  return { kind: 'split', lines, legs, priceFen, cashFen };
}
