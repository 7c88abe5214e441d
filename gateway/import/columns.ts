/** The columns of a purchase file; the names of the graph's arguments stand beside them in `purchase.ts`. */
export const requiredColumns = ['member', 'purchase_ref', 'sku', 'amount_fen'] as const;
export const optionalColumns = ['category', 'cash_fen', 'at'] as const;
/** Added to a file of rejected lines, so that it can be corrected and imported in its turn; not read. */
export const reportColumns = ['line', 'reason'] as const;

export type Column = (typeof requiredColumns)[number] | (typeof optionalColumns)[number];

/** Where each column stands in this file. */
export interface Columns {
  readonly names: readonly string[];
  readonly at: ReadonlyMap<Column, number>;
  /** The file is one of rejected lines. */
  readonly rejected: boolean;
}

/** Pure: the header to the places of its columns, or the sentence that says what is wrong with it. */
export function readColumns(header: readonly string[]): Columns | { readonly reason: string } {
  const names = header.map((name) => name.toLowerCase());
  const known = new Set<string>([...requiredColumns, ...optionalColumns, ...reportColumns]);
  const expected = `expected are ${[...requiredColumns, ...optionalColumns].join(',')}`;
  const missing = requiredColumns.filter((name) => !names.includes(name));
  if (missing.includes('member') && missing.includes('purchase_ref')) return { reason: `The first line is not a header: ${expected}` };
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) return { reason: `The header has an unknown column "${unknown}": ${expected}` };
  if (missing.length > 0) return { reason: `The header lacks the column ${missing.join(', ')}: ${expected}` };
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { reason: `The header has the column ${twice} twice` };
  const at = new Map(names.map((name, index) => [name as Column, index]));
  return { names, at, rejected: reportColumns.some((name) => names.includes(name)) };
}
