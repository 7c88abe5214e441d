import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';

/**
 * Pure: the document for the planner. The planner takes an object of which conditions leave nothing for one that nobody asked for, but
 * the specification answers it as `{}`, and a null in its place may take everything around it away. So every object whose fields all
 * depend on conditions is asked for its type as well; what the client sees is shaped after the client's own document.
 */
export function withSureObjects(document: DocumentNode): DocumentNode {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  return visit(document, {
    Field: {
      leave(node) {
        if (!node.selectionSet || isSure(node.selectionSet, fragments)) return undefined;
        return { ...node, selectionSet: { ...node.selectionSet, selections: [...node.selectionSet.selections, typename] } };
      },
    },
  });
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** Whether something is selected whatever the variables say; fragments do not spread themselves, as the document is valid. */
function isSure(set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): boolean {
  return set.selections.some((selection) => {
    if (selection.directives?.some(isCondition)) return false;
    if (selection.kind === Kind.FIELD) return true;
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    return fragment !== undefined && isSure(fragment.selectionSet, fragments);
  });
}

const isCondition = ({ name }: DirectiveNode): boolean => name.value === 'skip' || name.value === 'include';
