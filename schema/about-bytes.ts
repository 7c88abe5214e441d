/**
 * Pure: about how long a value is as JSON. Of a long list three items stand for all, so this takes no time to speak of, however large the
 * value is.
 */
export function aboutBytes(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 5;
  if (Array.isArray(value)) return 2 + aboutList(value);
  let bytes = 2;
  for (const name of Object.keys(value)) bytes += name.length + 4 + aboutBytes((value as Readonly<Record<string, unknown>>)[name]);
  return bytes;
}

function aboutList(items: readonly unknown[]): number {
  const { length } = items;
  if (length <= 3) return items.reduce((all: number, item) => all + aboutBytes(item) + 1, 0);
  const three = aboutBytes(items[0]) + aboutBytes(items[length >> 1]) + aboutBytes(items[length - 1]);
  return (three / 3 + 1) * length;
}
