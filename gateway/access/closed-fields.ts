import { type DocumentNode, getOperationAST, type GraphQLSchema, Kind, type OperationDefinitionNode, visit } from 'graphql';
import type { AccessRule, AccessTable } from '../../schema/access.js';
import type { Code } from '../../schema/codes.js';
import type { Viewer } from '../../schema/viewer.js';
import { type Conditions, mark, type Marked } from './mark.js';

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
  const conditions = conditionsOf(operation, conditionVariables(document), variables);
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

/** Names of the variables on which `@skip` and `@include` depend anywhere in the document. */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      if (node.name.value !== 'skip' && node.name.value !== 'include') return;
      for (const argument of node.arguments ?? []) if (argument.value.kind === Kind.VARIABLE) names.add(argument.value.name.value);
    },
  });
  return [...names].sort();
}

/** Their values in this request; a default where none is given. Anything but a boolean is left for validation to refuse. */
export function conditionsOf(
  operation: OperationDefinitionNode,
  names: readonly string[],
  variables: Readonly<Record<string, unknown>> | undefined,
): Conditions {
  const conditions: Record<string, boolean | undefined> = Object.create(null) as Record<string, boolean | undefined>;
  for (const name of names) {
    const given = variables && Object.hasOwn(variables, name) ? variables[name] : undefined;
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    const fallback = definition?.defaultValue?.kind === Kind.BOOLEAN ? definition.defaultValue.value : undefined;
    const value = given === undefined ? fallback : given;
    conditions[name] = typeof value === 'boolean' ? value : undefined;
  }
  return conditions;
}
