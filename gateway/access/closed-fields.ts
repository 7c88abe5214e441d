import { type DocumentNode, getOperationAST, type GraphQLSchema } from 'graphql';
import type { AccessRule, AccessTable } from '../../schema/access.js';
import type { Code } from '../../schema/codes.js';
import type { Viewer } from '../../schema/viewer.js';
import { conditionsOf, conditionVariables } from './conditions.js';
import { mark, type Marked } from './mark.js';

/** A field that is closed to the viewer on every record. */
export interface ClosedField {
  /** Names in the answer from the root; where lists lie between, their positions are not known and left out. */
  readonly path: readonly string[];
  readonly coordinate: string;
  readonly code: Code;
  /** The rule that closes it. */
  readonly rule: AccessRule;
}

/** Pure: what the viewer may not have of a validated operation. Below a closed field nothing more is listed. */
export function closedFields(
  schema: GraphQLSchema,
  table: AccessTable,
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Readonly<Record<string, unknown>> | undefined,
  viewer: Viewer,
): readonly ClosedField[] {
  const operation = getOperationAST(document, operationName);
  if (!operation) return [];
  const conditions = conditionsOf(operation, conditionVariables(document, operation), variables);
  return closedIn(mark(schema, table, document, operation, conditions, viewer));
}

/** The closed fields of a marked operation, each place once. */
export function closedIn(marked: readonly Marked[]): readonly ClosedField[] {
  const found = new Map<string, ClosedField>();
  const look = (selections: readonly Marked[], path: readonly string[]): void => {
    for (const selection of selections) {
      if (!selection.touched) continue;
      if (selection.kind === 'fragment') look(selection.below, path);
      else if (selection.code === null) look(selection.below ?? [], [...path, selection.name]);
      else {
        const { coordinate, code } = selection;
        const place = [...path, selection.name];
        const rule = selection.rules[0] as AccessRule;
        found.set(`${place.join('.')} ${coordinate}`, { path: place, coordinate, code, rule });
      }
    }
  };
  look(marked, []);
  return [...found.values()];
}
