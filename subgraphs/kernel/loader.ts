import DataLoader from 'dataloader';

/** Batches by key for one request: order kept, a missing record is null. Never keep one longer than a request. */
export function loadByKey<K extends string, V>(
  fetch: (keys: readonly K[]) => Promise<readonly V[]>,
  keyOf: (value: V) => K,
): DataLoader<K, V | null> {
  return new DataLoader<K, V | null>(async (keys) => {
    const found = new Map((await fetch(keys)).map((value) => [keyOf(value), value]));
    return keys.map((key) => found.get(key) ?? null);
  });
}

/** Batches a list per key for one request; a key without records is an empty list. */
export function loadManyByKey<K extends string, V>(
  fetch: (keys: readonly K[]) => Promise<readonly V[]>,
  keyOf: (value: V) => K,
): DataLoader<K, V[]> {
  return new DataLoader<K, V[]>(async (keys) => {
    const found = new Map<K, V[]>(keys.map((key) => [key, []]));
    for (const value of await fetch(keys)) found.get(keyOf(value))?.push(value);
    return keys.map((key) => found.get(key) ?? []);
  });
}
