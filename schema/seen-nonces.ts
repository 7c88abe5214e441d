/** The nonces that one subgraph process has heard while they could still be heard again. */
export interface SeenNonces {
  /** True exactly once for a nonce, and false for every one while there are more than can be kept: then nobody could tell a replay. */
  first(nonce: string, nowMs: number): boolean;
}

/**
 * Two sets that take turns. A call may be signed up to `maxAgeMs` in the future and heard until `maxAgeMs` after, so a set is written for
 * twice that time and read for as long again. `limit`: nonces per set; only signed calls get that far, so only they can fill it.
 */
export function seenNonces(maxAgeMs: number, limit = 1_000_000): SeenNonces {
  const turnMs = 2 * maxAgeMs;
  let current = new Set<string>();
  let before = new Set<string>();
  let turnsAtMs = -Infinity;
  return {
    first(nonce, nowMs) {
      if (nowMs >= turnsAtMs) {
        // After a pause of a whole turn nothing that was kept can still be heard.
        before = nowMs >= turnsAtMs + turnMs ? new Set() : current;
        current = new Set();
        turnsAtMs = nowMs + turnMs;
      }
      if (current.has(nonce) || before.has(nonce) || current.size >= limit) return false;
      current.add(nonce);
      return true;
    },
  };
}
