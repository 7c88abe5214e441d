import { MapWithCachedArrays } from '@apollo/federation-internals';
import { unplannable } from './unplannable.js';

/** One call to a subgraph in a plan that is being made, and the calls that wait for it. */
interface Group {
  readonly dependencyGraph: object;
  children(): readonly Group[];
  removeChild(child: Group): void;
  addParent(parent: { readonly group: Group }): void;
}

let isMended = false;

/**
 * The planner merges two calls that ask the same subgraph for the same, also where one waits for the other; what is left then waits for
 * itself, and the search for what can be reached in two ways walks that circle until the memory is gone. Here no call waits for itself, and
 * the search goes everywhere once; a circle of several calls, of which no plan can be made, is refused. The classes of the planner are not
 * exported: its first group, which every plan puts into an exported map, leads to them.
 */
export function mendCircles(): void {
  if (isMended) return;
  isMended = true;
  const map = MapWithCachedArrays.prototype as MapWithCachedArrays<unknown, unknown>;
  const { set } = map;
  map.set = function (key, value) {
    if (isGroup(value)) {
      map.set = set;
      mend(Object.getPrototypeOf(value) as Group, Object.getPrototypeOf(value.dependencyGraph) as object);
    }
    return set.call(this, key, value);
  };
}

const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && 'dependencyGraph' in value && 'addParent' in value;

function mend(group: Group, graph: object): void {
  const { addParent } = group;
  group.addParent = function (parent) {
    if (parent.group !== this) addParent.call(this, parent);
  };
  Object.assign(graph, { dfsRemoveRedundantEdges: withoutDetours });
}

/** Takes from a group the children that it reaches by others as well. */
function withoutDetours(from: Group): void {
  for (const child of from.children()) {
    const reached = new Set(child.children());
    for (const group of reached) {
      if (group === from) throw unplannable('Parts of this operation would wait for each other; ask for them in several operations');
      from.removeChild(group);
      for (const next of group.children()) reached.add(next);
    }
  }
}
