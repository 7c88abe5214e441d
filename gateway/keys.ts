import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

export interface KeyRules {
  /** After so long the keys are fetched again although they still work. */
  readonly maxAgeMs: number;
  /** How long keys are still used while the issuer cannot be asked. */
  readonly keepMs: number;
  /** A key that is not known is worth a fetch at most this often, whoever sends it. */
  readonly cooldownMs: number;
  /** After a failed fetch nobody asks for so long. */
  readonly retryMs: number;
  readonly timeoutMs: number;
  /** Milliseconds that only ever go forwards. */
  readonly now: () => number;
}

const usual: KeyRules = {
  maxAgeMs: 600_000,
  keepMs: 3_600_000,
  cooldownMs: 30_000,
  retryMs: 2_000,
  timeoutMs: 3_000,
  now: () => performance.now(),
};

/** The issuer could not be asked, and what is known does not suffice: not the same as a key that does not exist. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/**
 * Keys of an OIDC issuer. A new key is found without a restart and a withdrawn one is forgotten within ten minutes; a storm of unknown
 * keys costs one fetch per cooldown. While the endpoint is down, known keys go on working for an hour, and a key that is not known is
 * neither accepted nor called wrong: KeysUnavailable. jose's own remote set fails for known keys too once they are old, and asks again
 * for every unknown key as long as the endpoint fails.
 */
export function remoteKeys(url: string, rules: Partial<KeyRules> = {}): JWTVerifyGetKey {
  const { maxAgeMs, keepMs, cooldownMs, retryMs, timeoutMs, now } = { ...usual, ...rules };
  let known: { readonly find: JWTVerifyGetKey; readonly at: number } | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | undefined;

  async function load(): Promise<void> {
    const at = now();
    try {
      const answer = await fetch(url, {
        headers: { accept: 'application/json, application/jwk-set+json' },
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      known = { find: createLocalJWKSet((await answer.json()) as JSONWebKeySet), at };
      failedAt = Number.NEGATIVE_INFINITY;
    } catch {
      failedAt = at;
    }
  }
  const refresh = (): Promise<void> =>
    now() - failedAt < retryMs
      ? Promise.resolve()
      : (fetching ??= load().finally(() => {
          fetching = undefined;
        }));
  const ageMs = (): number => (known ? now() - known.at : Number.POSITIVE_INFINITY);

  return async (header, token) => {
    if (ageMs() > maxAgeMs) await refresh();
    if (!known || ageMs() > keepMs) throw new KeysUnavailable('The issuer cannot be asked for its keys');
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (ageMs() >= cooldownMs) await refresh();
      // Whatever came of it: keys that are younger than the cooldown say for sure that there is no such key.
      if (ageMs() >= cooldownMs) throw new KeysUnavailable('The issuer cannot be asked for a key that is not known');
      return known.find(header, token);
    }
  };
}
