import type { Policy } from '../policies/policy.js';

/** One thing that goods are said to be, or turned out to be. */
export interface Feature {
  readonly name: string;
  readonly value: string;
}

/** What was advertised beside what came; `advertised` null: nothing of the kind was said. */
export interface FeatureDifference {
  readonly name: string;
  readonly advertised: string | null;
  readonly delivered: string;
}

/** In what delivered goods are not what was advertised when they were ordered; what nobody says of them is no difference. */
export const differencesOf = (advertised: readonly Feature[], delivered: readonly Feature[]): FeatureDifference[] =>
  delivered.flatMap(({ name, value }) => {
    const said = advertised.find((feature) => feature.name === name)?.value ?? null;
    return said !== null && said.trim() === value.trim() ? [] : [{ name, advertised: said, delivered: value }];
  });

/** How often an item was redeemed, and how many of these orders have a complaint; all orders of one member count as one. */
export interface ComplaintFacts {
  readonly orders: bigint;
  readonly complaints: bigint;
}

/** Whether so many complain that the item leaves the list: from the limit on, never before enough of it was redeemed. */
export const isBeyondLimit = (
  { orders, complaints }: ComplaintFacts,
  { complaintLimitBasisPoints, complaintLeastOrders }: Pick<Policy, 'complaintLimitBasisPoints' | 'complaintLeastOrders'>,
): boolean =>
  complaints > 0n && orders >= BigInt(complaintLeastOrders) && complaints * 10_000n >= orders * BigInt(complaintLimitBasisPoints);
