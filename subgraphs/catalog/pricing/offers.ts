import { type Change, changeOf } from './change.js';

/** A time; `until` null: no end is known. */
export interface Span {
  readonly from: Date;
  readonly until: Date | null;
}

/** A point price and the time in which it held, or will. */
export interface PriceSpan extends Span {
  readonly points: bigint;
}

/** From when and until when an item can be had; null without a limit. */
export interface Opening {
  readonly opensAt: Date | null;
  readonly closesAt: Date | null;
}

/** A price for a time, beside the one it is measured against. */
export interface Offer {
  readonly points: bigint;
  readonly from: Date;
  readonly until: Date;
  /** Null where the item has no price of before that counts. */
  readonly reference: bigint | null;
  /** Of the price in points: 6,000 to 5,000 is -16.67 %. */
  readonly price: Change | null;
  /** Of what one point buys: 6,000 to 5,000 is +20.00 %. */
  readonly value: Change | null;
}

/** The two changes of a price from one number of points to another; they are never the same percentage. */
export const changesOf = (reference: bigint, points: bigint): { price: Change; value: Change } => ({
  price: changeOf(reference, points),
  value: changeOf(points, reference),
});

/** Prices of an item: those that it was saved with, in their order, and special ones; and when nobody could have it at any. */
export interface Prices {
  readonly regular: readonly PriceSpan[];
  readonly overrides: readonly PriceSpan[];
  readonly closed: readonly Span[];
}

/**
 * The lowest price in force at any instant of the time before a special price begins: a price that was raised shortly before is no
 * reference, and neither is the regular one right after another special price. Null where the item could not be had at a price for all of
 * that time: one that was saved for the sake of the special price, not yet open or off the list was asked of nobody.
 */
export function referencePrice({ regular, overrides, closed }: Prices, from: Date, lookBackMs: number): bigint | null {
  const since = from.getTime() - lookBackMs;
  if (regular[0] === undefined || regular[0].from.getTime() > since) return null;
  const inLookBack = (span: Span): boolean => span.from < from && (span.until === null || span.until.getTime() > since);
  if (closed.some(inLookBack)) return null;
  const inForce = [...regular, ...overrides].filter(inLookBack);
  return inForce.reduce<bigint | null>((lowest, { points }) => (lowest === null || points < lowest ? points : lowest), null);
}

/** A special price as it is shown: with its reference and both changes. */
export function offerOf({ points, from, until }: PriceSpan & { until: Date }, prices: Prices & { readonly lookBackMs: number }): Offer {
  const reference = referencePrice(prices, from, prices.lookBackMs);
  const changes = reference === null ? { price: null, value: null } : changesOf(reference, points);
  return { points, from, until, reference, ...changes };
}

/** Prices that stood one after another until the next was saved, as spans; what a special price covered is a span of its own. */
export function spansOf(saved: readonly { readonly points: bigint; readonly savedAt: Date }[]): PriceSpan[] {
  return saved.map(({ points, savedAt }, index) => ({ points, from: savedAt, until: saved[index + 1]?.savedAt ?? null }));
}

/** When a version of an item cannot be had while it stands: before it opens, and once it closes. */
export const closedOf = ({ from, until }: Span, { opensAt, closesAt }: Opening): Span[] =>
  [
    ...(opensAt === null ? [] : [{ from, until: until !== null && until < opensAt ? until : opensAt }]),
    ...(closesAt === null ? [] : [{ from: closesAt < from ? from : closesAt, until }]),
  ].filter((span) => span.until === null || span.from < span.until);

/** What of some times lies before an instant. */
export const before = <S extends Span>(spans: readonly S[], at: Date): S[] =>
  spans.filter(({ from }) => from < at).map((span) => cut(span, at));
const cut = <S extends Span>(span: S, at: Date): S => (span.until === null || span.until > at ? { ...span, until: at } : span);

/** From the first instant of `from` on and before `until`. */
export const isRunning = ({ from, until }: Span, at: Date): boolean => from <= at && (until === null || at < until);
