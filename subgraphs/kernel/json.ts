/** JSON that keeps bigint and Date, for answers that are stored and given again. */
export const encode = (value: unknown): string =>
  JSON.stringify(value, function (this: Record<string, unknown>, key, plain: unknown) {
    const raw = this[key];
    if (typeof raw === 'bigint') return { $bigint: raw.toString() };
    if (raw instanceof Date) return { $date: raw.toISOString() };
    return plain;
  });

export const decode = <T>(text: string): T => revived(JSON.parse(text)) as T;

/** In place, by a walk of our own: a reviver costs several times as much, and answers of the hot path come through here. */
function revived(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$bigint' in value) return BigInt(value.$bigint as string);
  if ('$date' in value) return new Date(value.$date as string);
  const fields = value as Record<string, unknown>;
  for (const key in fields) if (typeof fields[key] === 'object') fields[key] = revived(fields[key]);
  return value;
}

/** The same text for equal values whatever the order of keys; absent and undefined are alike. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `{"$bigint":"${value}"}`;
  if (value instanceof Date || typeof value !== 'object' || value === null) return encode(value) ?? 'null';
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined && entry !== null);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`)
    .join(',')}}`;
}
