import { type Path, Tree } from './tree.js';

/** Pure: the objects at a path of the plan, in order; `@` stands for the items of a list, and lists in lists are entered in any case. */
export function targetsAt(root: Tree, path: Path): Tree[] {
  const found: Tree[] = [];
  gather(root, path, 0, found);
  return found;
}

function gather(value: unknown, path: Path, at: number, found: Tree[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const next = path[at] === '@' ? at + 1 : at;
    for (let index = 0; index < value.length; index += 1) gather(value[index], path, next, found);
  } else if (at === path.length) found.push(value as Tree);
  else gather((value as Tree)[path[at] as string], path, at + 1, found);
}

/** Pure: the same objects with the place of each in the client's answer; only needed where something went wrong. */
export function placesAt(root: Tree, path: Path): ReadonlyMap<Tree, Path> {
  const places = new Map<Tree, Path>();
  const walk = (value: unknown, at: number, place: Path): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) value.forEach((item, index) => walk(item, path[at] === '@' ? at + 1 : at, [...place, index]));
    else if (at === path.length) places.set(value as Tree, place);
    else walk((value as Tree)[path[at] as string], at + 1, [...place, path[at] as string]);
  };
  walk(root, 0, []);
  return places;
}
