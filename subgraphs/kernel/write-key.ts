import type { GraphQLResolveInfo } from 'graphql';
import { idempotencyKeyOf, isKey, keyMalformed, keyMissing } from '../../schema/idempotency-key.js';
import { principalOf, type Viewer } from '../../schema/viewer.js';
import { badInput } from './errors.js';

/** A write as its sender named it. */
export interface WriteKey {
  readonly principal: string;
  readonly key: string;
  readonly operation: string;
}

/** Under which key a write comes; BAD_INPUT without a valid one. */
export function writeKey(info: GraphQLResolveInfo, viewer: Viewer): WriteKey {
  const key = idempotencyKeyOf(info, viewer);
  if (key === undefined) throw badInput(keyMissing, { missing: 'idempotencyKey' });
  if (!isKey(key)) throw badInput(keyMalformed, { argument: 'key' });
  return { principal: principalOf(viewer), key, operation: info.fieldName };
}
