import {
  type DocumentNode,
  type FieldNode,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Marked, MarkedField } from './mark.js';

/** What is left of an operation for the subgraphs, without what is closed and without fragments' names and variables that nothing uses. */
export interface Pruned {
  readonly operation: OperationDefinitionNode;
  readonly document: DocumentNode;
}

/**
 * Pure: the operation without closed fields, introspection, and what they leave empty; null where no subgraph needs to be asked.
 * `typename` is an alias that the document does not use: objects whose answer is completed afterwards tell their type under it.
 */
export function prune(operation: OperationDefinitionNode, marked: readonly Marked[], typename: string): Pruned | null {
  const selections = selectionsOf(marked, typename);
  if (!selections.some(asksData)) return null;
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections };
  const used = variablesIn({ ...operation, variableDefinitions: [], selectionSet });
  const rest = {
    ...operation,
    variableDefinitions: (operation.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value)),
    selectionSet,
  };
  return { operation: rest, document: { kind: Kind.DOCUMENT, definitions: [rest] } };
}

/** Names of the variables that a piece of a document uses. */
export function variablesIn(node: OperationDefinitionNode | DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(node, { Variable: ({ name }) => void names.add(name.value) });
  return names;
}

/** An alias for `__typename` that cannot meet one of the client's own. */
export function freeAlias(document: DocumentNode): string {
  let alias = 'tongduiType';
  const taken = new Set<string>();
  visit(document, { Field: ({ alias: given, name }) => void taken.add((given ?? name).value) });
  while (taken.has(alias)) alias += '_';
  return alias;
}

const asksData = (selection: SelectionNode): boolean =>
  selection.kind === Kind.FIELD
    ? selection.name.value !== '__typename'
    : selection.kind === Kind.INLINE_FRAGMENT && selection.selectionSet.selections.some(asksData);

function selectionsOf(marked: readonly Marked[], typename: string): SelectionNode[] {
  return marked.flatMap((selection): SelectionNode[] => {
    if (selection.kind === 'field') return fieldOf(selection, typename);
    const selections = selectionsOf(selection.below, typename);
    if (selections.length === 0) return [];
    const fragment: InlineFragmentNode = {
      kind: Kind.INLINE_FRAGMENT,
      selectionSet: { kind: Kind.SELECTION_SET, selections },
      ...(selection.condition
        ? { typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: selection.condition.name } } }
        : {}),
    };
    return [fragment];
  });
}

function fieldOf(marked: MarkedField, typename: string): FieldNode[] {
  if (marked.code !== null || marked.introspection || marked.certainlyNull) return [];
  const directives = (marked.node.directives ?? []).filter(({ name }) => name.value !== 'skip' && name.value !== 'include');
  const node = { ...marked.node, directives };
  if (marked.below === null) return [node];
  const selections = selectionsOf(marked.below, typename);
  if (selections.length === 0 || (marked.touched && isAbstractType(getNamedType(marked.type)))) selections.push(typenameAs(typename));
  return [{ ...node, selectionSet: { kind: Kind.SELECTION_SET, selections } }];
}

const typenameAs = (alias: string): FieldNode => ({
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: alias },
  name: { kind: Kind.NAME, value: '__typename' },
});
