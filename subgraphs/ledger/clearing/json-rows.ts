/** One parameter for many rows; the database reads a bigint out of a string. */
export const asJson = (records: readonly object[]): string =>
  JSON.stringify(records, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
