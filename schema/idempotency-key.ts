import { getDirectiveValues, type GraphQLResolveInfo } from 'graphql';
import type { Viewer } from './viewer.js';

/** Keys travel in a header and are kept for a month: nothing that would have to be escaped, and no more than fits anywhere. */
export const isKey = (text: string): boolean => /^[\x21-\x7e]{1,200}$/.test(text);

/** The key of a write: `@idempotent(key:)` on the field, else the `Idempotency-Key` header, with the response name where the document holds several writes. */
export function idempotencyKeyOf(info: GraphQLResolveInfo, { idempotencyKey, severalWrites }: Viewer): string | undefined {
  const directive = info.schema.getDirective('idempotent');
  const node = info.fieldNodes[0];
  const named = directive && node ? getDirectiveValues(directive, node, info.variableValues)?.['key'] : undefined;
  if (typeof named === 'string') return named;
  return idempotencyKey === undefined || !severalWrites ? idempotencyKey : `${idempotencyKey}#${info.path.key}`;
}

export const keyMissing = 'Every write needs an idempotency key: @idempotent(key: "…") on the field, or the Idempotency-Key header';
export const keyMalformed = 'An idempotency key is 1 to 200 printable ASCII characters without spaces';
