import { type DocumentNode, execute, type FieldNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import type { Marked } from '../access/mark.js';
import { variablesIn } from '../access/prune.js';
import { inTurns } from './in-turns.js';

/** Pure: the introspection at an operation's root as a document of its own; null where it asks none. */
export function introspectionOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  marked: readonly Marked[],
): DocumentNode | null {
  const selections = fieldsIn(marked);
  if (selections.length === 0) return null;
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const asked = { ...operation, variableDefinitions: [], directives: [], selectionSet: { kind: Kind.SELECTION_SET as const, selections } };
  const used = variablesIn({ kind: Kind.DOCUMENT, definitions: [asked, ...fragments] });
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value));
  return { kind: Kind.DOCUMENT, definitions: [{ ...asked, variableDefinitions }, ...fragments] };
}

const fieldsIn = (marked: readonly Marked[]): FieldNode[] =>
  marked.flatMap((selection) =>
    selection.kind === 'fragment' ? fieldsIn(selection.below) : selection.introspection ? [selection.node] : [],
  );

/** What the schema says of itself, under the names that the document asks. */
export async function introspect(
  schema: GraphQLSchema,
  document: DocumentNode,
  variableValues: Readonly<Record<string, unknown>> | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const { data } = await execute({ schema: inTurns(schema), document, variableValues: variableValues ?? {} });
  return (data ?? {}) as Readonly<Record<string, unknown>>;
}
