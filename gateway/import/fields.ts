import { parse } from 'csv-parse/sync';

/** Pure: the fields of one CSV line, or why it is none. Quotes are those of RFC 4180, but a field ends with its line. */
export function fieldsOf(text: string): readonly string[] | { readonly reason: string } {
  try {
    const [fields] = parse(text, { relax_column_count: true, relax_quotes: true, trim: true }) as string[][];
    return fields ?? [];
  } catch (error) {
    const unclosed = (error as { code?: unknown }).code === 'CSV_QUOTE_NOT_CLOSED';
    return { reason: unclosed ? 'a quotation mark is opened and not closed on this line' : 'the quotation marks do not match' };
  }
}

/** A spreadsheet takes a cell that opens with one of these for a formula. */
const formula = /^[=+\-@\t\r＝＋－＠]/u;

/** Pure: a text that a spreadsheet shows and never runs. */
export const neutralised = (field: string): string => (formula.test(field) ? `'${field}` : field);

/** Pure: the text before it was neutralised. */
export const restored = (field: string): string => (field.startsWith("'") && formula.test(field.slice(1)) ? field.slice(1) : field);
