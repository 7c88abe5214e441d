import { getDirectiveValues, type GraphQLResolveInfo } from 'graphql';
import { principalOf, type Viewer } from '../../schema/viewer.js';
import { badInput } from './errors.js';

/** A write as its sender named it. */
export interface WriteKey {
  readonly principal: string;
  readonly key: string;
  readonly operation: string;
}

const shape = /^[\x21-\x7e]{1,200}$/;

/** The key of a write: `@idempotent(key:)` on the field, else the `Idempotency-Key` header (with the response name where a document holds several writes). */
export function writeKey(info: GraphQLResolveInfo, viewer: Viewer): WriteKey {
  const directive = info.schema.getDirective('idempotent');
  const node = info.fieldNodes[0];
  const named = directive && node ? getDirectiveValues(directive, node, info.variableValues)?.['key'] : undefined;
  const several = info.operation.selectionSet.selections.length > 1;
  const header =
    viewer.idempotencyKey === undefined ? undefined : several ? `${viewer.idempotencyKey}#${info.path.key}` : viewer.idempotencyKey;
  const key = named ?? header;
  if (typeof key !== 'string')
    throw badInput('Every write needs an idempotency key: @idempotent(key: "…") on the field, or the Idempotency-Key header', {
      missing: 'idempotencyKey',
    });
  if (!shape.test(key)) throw badInput('An idempotency key is 1 to 200 printable ASCII characters without spaces', { argument: 'key' });
  return { principal: principalOf(viewer), key, operation: info.fieldName };
}
