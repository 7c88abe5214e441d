import type { Conditions } from '../access/conditions.js';
import { asPlanned, type PlannedNames } from './planned-names.js';
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * Pure: the operation as the planner gets it, its conditions decided. A planner that knows conditions leaves objects out of which they
 * leave nothing, where the specification answers `{}`, and loses keys and needed fields of neighbours that a condition removes. So every
 * set of values has a plan of its own, and an object of which nothing is left is asked for its type. Fields have their planned names.
 */
export function decided(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  conditions: Conditions,
  names?: PlannedNames,
): DocumentNode {
  const kept = new Map<string, FragmentDefinitionNode | null>();
  const fragmentOf = (name: string): FragmentDefinitionNode | null => {
    const known = kept.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const selectionSet = fragment ? setOf(fragment.selectionSet) : null;
    const made = fragment && selectionSet ? { ...fragment, selectionSet } : null;
    kept.set(name, made);
    return made;
  };
  const selectionOf = (selection: SelectionNode): SelectionNode[] => {
    if (!isIncluded(selection.directives, conditions)) return [];
    const directives = selection.directives?.filter((directive) => !isCondition(directive)) ?? [];
    if (selection.kind === Kind.FRAGMENT_SPREAD) return fragmentOf(selection.name.value) ? [{ ...selection, directives }] : [];
    const selectionSet = selection.selectionSet ? setOf(selection.selectionSet) : null;
    if (selection.kind === Kind.FIELD) {
      const field: FieldNode = names ? asPlanned(selection, names) : selection;
      return [{ ...field, directives, ...(selection.selectionSet ? { selectionSet: selectionSet ?? typenameOnly } : {}) }];
    }
    return selectionSet ? [{ ...selection, directives, selectionSet }] : [];
  };
  /** Null where nothing is left. */
  const setOf = ({ selections }: SelectionSetNode): SelectionSetNode | null => {
    const left = selections.flatMap(selectionOf);
    return left.length > 0 ? { kind: Kind.SELECTION_SET, selections: left } : null;
  };
  const selectionSet = setOf(operation.selectionSet) ?? typenameOnly;
  const used = [...kept.values()].filter((fragment) => fragment !== null);
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }, ...used] };
}

const typenameOnly: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
};

const isCondition = ({ name }: DirectiveNode): boolean => name.value === 'skip' || name.value === 'include';

/** Whether a selection is there at all; any other value than true counts as false. */
export function isIncluded(directives: readonly DirectiveNode[] | undefined, conditions: Conditions): boolean {
  return (directives ?? []).every((directive) => {
    if (!isCondition(directive)) return true;
    const value = directive.arguments?.[0]?.value;
    const holds = value?.kind === Kind.VARIABLE ? conditions[value.name.value] === true : value?.kind === Kind.BOOLEAN && value.value;
    return directive.name.value === 'include' ? holds : !holds;
  });
}
