import { type DocumentNode, execute, type FieldNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import type { Marked } from '../access/mark.js';
import { variablesIn } from '../access/prune.js';

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

const typesPerTurn = 4;

/** The same schema, which tells of its types a few in each turn of the event loop: all of them at once would keep everybody else waiting. */
function inTurns(schema: GraphQLSchema): GraphQLSchema {
  const types = (): ReturnType<GraphQLSchema['getTypeMap']> => {
    let turn: Promise<void> = Promise.resolve();
    const later = Object.entries(schema.getTypeMap()).map(([name, type], index) => {
      if (index > 0 && index % typesPerTurn === 0) turn = turn.then(() => new Promise((resolve) => void setImmediate(resolve)));
      return [name, turn.then(() => type)];
    });
    return Object.fromEntries(later) as ReturnType<GraphQLSchema['getTypeMap']>;
  };
  // Whoever asks for one type by its name gets it at once.
  return Object.create(schema, { getTypeMap: { value: types }, getType: { value: schema.getType.bind(schema) } }) as GraphQLSchema;
}
