import { type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import type { Path } from './tree.js';

/**
 * Pure: the part of a path that the client's own operation has. The planner asks for more than the client did, keys and what `@requires`
 * names; an error below such a field stands at the last place that the client knows, and names nothing that is hidden.
 */
export function clientPath(root: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, path: Path): Path {
  let sets: readonly SelectionSetNode[] = [root];
  for (let index = 0; index < path.length; index += 1) {
    const part = path[index];
    if (typeof part === 'number') continue;
    const nodes = sets.flatMap((set) => named(set, fragments, part as string, new Set()));
    if (nodes.length === 0) return path.slice(0, index);
    sets = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
  }
  return path;
}

function named(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  name: string,
  visited: Set<string>,
): readonly FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return (selection.alias?.value ?? selection.name.value) === name ? [selection] : [];
    if (selection.kind === Kind.INLINE_FRAGMENT) return named(selection.selectionSet, fragments, name, visited);
    if (visited.has(selection.name.value)) return [];
    visited.add(selection.name.value);
    const fragment = fragments.get(selection.name.value);
    return fragment ? named(fragment.selectionSet, fragments, name, visited) : [];
  });
}
