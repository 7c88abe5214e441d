import type { GraphQLResolveInfo } from 'graphql';
import { idempotencyKeyOf, keyMissing } from '../../schema/idempotency-key.js';
import { principalOf, type Viewer } from '../../schema/viewer.js';
import { badInput } from './errors.js';

/** A write as its sender named it. */
export interface WriteKey {
  readonly principal: string;
  readonly key: string;
  readonly operation: string;
}

const shape = /^[\x21-\x7e]{1,200}$/;

/** Under which key a write comes; BAD_INPUT without one. */
export function writeKey(info: GraphQLResolveInfo, viewer: Viewer): WriteKey {
  const key = idempotencyKeyOf(info, viewer);
  if (key === undefined) throw badInput(keyMissing, { missing: 'idempotencyKey' });
  if (!shape.test(key)) throw badInput('An idempotency key is 1 to 200 printable ASCII characters without spaces', { argument: 'key' });
  return { principal: principalOf(viewer), key, operation: info.fieldName };
}
