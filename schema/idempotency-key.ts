import { getDirectiveValues, type GraphQLResolveInfo } from 'graphql';
import type { Viewer } from './viewer.js';

/** The key of a write: `@idempotent(key:)` on the field, else the `Idempotency-Key` header, with the response name where the document holds several writes. */
export function idempotencyKeyOf(info: GraphQLResolveInfo, { idempotencyKey, severalWrites }: Viewer): string | undefined {
  const directive = info.schema.getDirective('idempotent');
  const node = info.fieldNodes[0];
  const named = directive && node ? getDirectiveValues(directive, node, info.variableValues)?.['key'] : undefined;
  if (typeof named === 'string') return named;
  return idempotencyKey === undefined || !severalWrites ? idempotencyKey : `${idempotencyKey}#${info.path.key}`;
}

export const keyMissing = 'Every write needs an idempotency key: @idempotent(key: "…") on the field, or the Idempotency-Key header';
