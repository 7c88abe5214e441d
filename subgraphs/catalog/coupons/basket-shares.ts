import { allocate } from '../../kernel/rational.js';

/** A basket that a coupon was used for. */
export interface CouponedBasket {
  /** What its goods cost without the coupon. */
  readonly basketFen: bigint;
  /** What was paid for them. */
  readonly payFen: bigint;
}

export type BasketReturn =
  | {
      readonly kind: 'returned';
      /** Cash to pay back. */
      readonly refundFen: bigint;
      /** What the coupon took off these goods, for which nobody owes anything any more. */
      readonly couponFen: bigint;
      /** What the goods cost that are still out there. */
      readonly leftFen: bigint;
    }
  | { readonly kind: 'refused'; readonly code: 'BEYOND_BASKET'; readonly leftFen: bigint };

/**
 * What goes back with goods of a couponed basket, after goods of `beforeFen` came back already. The shares are those of all that came
 * back so far, less those of before: so the parts sum to the shares of the whole, however many returns there are.
 */
export function returnOf(basket: CouponedBasket, beforeFen: bigint, fen: bigint): BasketReturn {
  const leftFen = basket.basketFen - beforeFen - fen;
  if (leftFen < 0n) return { kind: 'refused', code: 'BEYOND_BASKET', leftFen: leftFen + fen };
  const refundFen = cashOf(basket, beforeFen + fen) - cashOf(basket, beforeFen);
  return { kind: 'returned', refundFen, couponFen: fen - refundFen, leftFen };
}

const cashOf = ({ basketFen, payFen }: CouponedBasket, goodsFen: bigint): bigint =>
  allocate(goodsFen, [payFen, basketFen - payFen])[0] as bigint;
