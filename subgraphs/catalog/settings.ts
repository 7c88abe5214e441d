import { dayMs, secondMs } from '../kernel/clock.js';

/** What a deployment may want otherwise, beside what admins decide (policies/policy.ts); the defaults are part of the contract. */
export const settings = {
  /** How long a delivery may stay without any answer before it is withdrawn and the points are given back. */
  deliveryPatienceMs: 600 * secondMs,
  /** How long a caller waits for a redemption that another call is working on; then it reads PENDING. */
  joinMs: 4 * secondMs,
  /** For how long one worker has a redemption for itself. Real time, not the graph's clock, for it is about processes and not about points. */
  leaseMs: 10 * secondMs,
  /** Longest pause between two attempts on a redemption whose partner is out of reach. */
  longestPauseMs: 30 * secondMs,
  /** Terms that a hold can be given, in seconds. */
  holdSeconds: { least: 1, most: 86_400 },
  couponValidDays: 365,
  couponCoolingOffDays: 15,
  /** For how long at the least a coupon is valid after the purchase that used it was cancelled. */
  restoredCouponMs: 7 * dayMs,
  /** How long before the others the trusted may claim pieces of a drop. */
  priorityMs: dayMs,
  /** How long a drop stays open where its owner does not say. */
  dropLifeMs: 30 * dayMs,
  maxCartLines: 50,
  maxQuantity: 1_000,
} as const;
