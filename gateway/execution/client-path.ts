import { type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import type { PlannedNames } from './planned-names.js';
import type { Path } from './tree.js';

/**
 * Pure: the part of a path of the plan that the client's own operation has, in the client's names. The planner asks for more than the client did, keys and what `@requires`
 * names; an error below such a field stands at the last place that the client knows, and names nothing that is hidden.
 */
export function clientPath(
  root: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  names: PlannedNames,
  path: Path,
): Path {
  const own: (string | number)[] = [];
  let sets: readonly SelectionSetNode[] = [root];
  for (let index = 0; index < path.length; index += 1) {
    const part = path[index] as string | number;
    if (typeof part === 'number') {
      own.push(part);
      continue;
    }
    const nodes = sets.flatMap((set) => named(set, fragments, names, part, new Set()));
    if (nodes.length === 0) return own;
    own.push(names.back(part));
    sets = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
  }
  return own;
}

/**
 * Pure: the part of a place that the answer has. What is asked of objects of one type is fetched for those of another beside them too, and an
 * error of it stands where they are. Below a null every place is as good as there.
 */
export function placeIn(answer: unknown, path: Path): Path {
  let value = answer;
  for (let index = 0; index < path.length; index += 1) {
    const part = path[index] as string | number;
    if (value === null) return path;
    if (typeof value !== 'object' || !Object.hasOwn(value as object, part)) return path.slice(0, index);
    value = (value as Record<string | number, unknown>)[part];
  }
  return path;
}

function named(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  names: PlannedNames,
  name: string,
  visited: Set<string>,
): readonly FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return names.of(selection) === name ? [selection] : [];
    if (selection.kind === Kind.INLINE_FRAGMENT) return named(selection.selectionSet, fragments, names, name, visited);
    if (visited.has(selection.name.value)) return [];
    visited.add(selection.name.value);
    const fragment = fragments.get(selection.name.value);
    return fragment ? named(fragment.selectionSet, fragments, names, name, visited) : [];
  });
}
