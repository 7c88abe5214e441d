import type { EntityManager } from '@mikro-orm/postgresql';
import { type FieldNode, Kind, OperationTypeNode, parse, valueFromASTUntyped } from 'graphql';
import { isKey } from '../../schema/idempotency-key.js';
import type { SubgraphAnswer, SubgraphRequest } from '../../schema/transport.js';
import { principalOf, type Viewer } from '../../schema/viewer.js';
import { audit } from './audit.js';
import type { WriteKey } from './idempotency.js';

export interface RefusedWrite {
  readonly operation: string;
  readonly key: string;
  readonly code: string;
  readonly message: string;
}

const refusals: ReadonlySet<unknown> = new Set(['FORBIDDEN_OPERATION', 'FORBIDDEN_FIELD', 'CONSENT_REQUIRED', 'PARTNER_SUSPENDED']);

/** Pure: the writes of a document that access refused, with the key under which each came. A refused field below a write is none. */
export function refusedWrites(
  { query, variables }: SubgraphRequest,
  answer: SubgraphAnswer,
  header: string | undefined,
): readonly RefusedWrite[] {
  const refused = (answer.errors ?? []).filter(({ path, extensions }) => path?.length === 1 && refusals.has(extensions?.['code']));
  if (refused.length === 0) return [];
  const operation = parse(query, { noLocation: true }).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation?.operation !== OperationTypeNode.MUTATION) return [];
  const fields = operation.selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD);
  return refused.flatMap(({ path, message, extensions }) => {
    const field = fields.find(({ alias, name }) => (alias ?? name).value === path?.[0]);
    if (!field) return [];
    return [{ operation: field.name.value, key: keyOf(field, variables) ?? header ?? '', code: String(extensions?.['code']), message }];
  });
}

/** None where it is no key: what it is refused for is not kept. */
function keyOf({ directives }: FieldNode, variables: SubgraphRequest['variables']): string | undefined {
  const argument = directives?.find(({ name }) => name.value === 'idempotent')?.arguments?.[0];
  const value = argument && valueFromASTUntyped(argument.value, variables as Record<string, unknown> | undefined);
  return typeof value === 'string' && isKey(value) ? value : undefined;
}

/** Writes down what staff tried and may not: after the refusal, for its own transaction was rolled back. */
export async function auditRefusals(em: EntityManager, request: SubgraphRequest, answer: SubgraphAnswer, viewer: Viewer): Promise<void> {
  if ((viewer.kind !== 'staff' && viewer.kind !== 'regulator') || viewer.via !== undefined) return;
  for (const { operation, key, code, message } of refusedWrites(request, answer, viewer.idempotencyKey)) {
    const write: WriteKey = { principal: principalOf(viewer), key, operation };
    await audit(em, write, { kind: 'refused', code, message });
  }
}
