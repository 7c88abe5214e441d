import {
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql';

/** Answers `__schema` and `__type` as graphql-js does, over the schema that clients see; kept where no variable is in it. */
export function introspector(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): (nodes: readonly FieldNode[], variables: Readonly<Record<string, unknown>>) => unknown {
  const kept = new WeakMap<readonly FieldNode[], unknown>();
  return (nodes, variables) => {
    if (kept.has(nodes)) return kept.get(nodes);
    const { data, errors } = executeSync({
      schema,
      document: {
        kind: Kind.DOCUMENT,
        definitions: [
          {
            kind: Kind.OPERATION_DEFINITION,
            operation: OperationTypeNode.QUERY,
            variableDefinitions: operation.variableDefinitions ?? [],
            selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
          },
          ...fragments.values(),
        ],
      },
      variableValues: variables,
    });
    if (errors?.[0]) throw errors[0];
    const answer = Object.values(data ?? {})[0];
    if (!usesVariables([...nodes, ...fragments.values()])) kept.set(nodes, answer);
    return answer;
  };
}

function usesVariables(nodes: readonly (FieldNode | FragmentDefinitionNode)[]): boolean {
  let found = false;
  for (const node of nodes) visit(node, { Variable: () => void (found = true) });
  return found;
}
