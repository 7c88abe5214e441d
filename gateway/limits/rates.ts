import { codes } from '../../schema/codes.js';
import type { CallerClass, Limits } from '../../schema/limits.js';
import { Refused } from './refused.js';
import { type Bucket, type Rate, unitsAt, waitFor } from './token-bucket.js';

/** Whose units are spent: a principal, or the address of somebody who names none. */
export interface Spender {
  readonly key: string;
  readonly class: CallerClass;
}

/** One bucket of units per principal, in this process. */
export interface Rates {
  /** Refuses whoever has nothing left, before anything of the request is read. */
  admit(spender: Spender): void;
  /** Takes what an operation costs, or refuses it and takes nothing. The headers tell what is left. */
  spend(spender: Spender, units: number): Readonly<Record<string, string>>;
  /** Takes what a refused request has cost; may leave a debt. */
  charge(spender: Spender, units: number): void;
}

const maxSpenders = 50_000;

/**
 * A request that runs costs one unit at the least. Whoever is forgotten starts with a full bucket, so only the longest idle are forgotten.
 */
export function openRates({ rates }: Pick<Limits, 'rates'>, now: () => number = () => performance.now()): Rates {
  const buckets = new Map<string, Bucket>();

  const put = (key: string, units: number, atMs: number): void => {
    buckets.delete(key); // The last in the map is the last that was used.
    buckets.set(key, { units, atMs });
    if (buckets.size > maxSpenders) buckets.delete(buckets.keys().next().value as string);
  };
  const heldBy = ({ key }: Spender, rate: Rate, nowMs: number): number => unitsAt(buckets.get(key), rate, nowMs);

  return {
    admit(spender) {
      const rate = rates[spender.class];
      const held = heldBy(spender, rate, now());
      if (held < 1) throw limited(spender, rate, held, waitFor(1, held, rate));
    },
    spend(spender, units) {
      const rate = rates[spender.class];
      const nowMs = now();
      const held = heldBy(spender, rate, nowMs);
      const asked = Math.max(1, units);
      if (held < asked) throw limited(spender, rate, held, waitFor(asked, held, rate));
      put(spender.key, held - asked, nowMs);
      return rateHeaders(spender, rate, held - asked);
    },
    charge(spender, units) {
      const rate = rates[spender.class];
      const nowMs = now();
      put(spender.key, Math.max(-rate.burst, heldBy(spender, rate, nowMs) - units), nowMs);
    },
  };
}

/** Reads what was sent: whoever is refused for it pays for the reading, where anybody pays. */
export const paying =
  (rates: Pick<Rates, 'charge'> | undefined, refusedCost: number) =>
  <T>(spender: Spender, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      rates?.charge(spender, refusedCost);
      throw error;
    }
  };

function limited(spender: Spender, rate: Rate, held: number, waitMs: number): Refused {
  const retryAfter = Math.max(1, Math.ceil(waitMs / 1_000));
  const headers = { 'retry-after': String(retryAfter), ...rateHeaders(spender, rate, held) };
  return new Refused(429, 'RATE_LIMITED', codes.RATE_LIMITED, { retryAfter }, headers);
}

/** draft-ietf-httpapi-ratelimit-headers-10; the one place that knows the names of its parameters, which change between drafts. */
export function rateHeaders({ class: name }: Spender, { perSecond, burst }: Rate, held: number): Readonly<Record<string, string>> {
  const left = Math.max(0, Math.floor(held));
  return {
    'ratelimit-policy': `"${name}";q=${burst};w=${Math.ceil(burst / perSecond)}`,
    ratelimit: `"${name}";r=${left};t=${Math.ceil((burst - left) / perSecond)}`,
  };
}
