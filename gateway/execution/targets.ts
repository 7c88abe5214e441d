import type { Path, Tree } from './tree.js';
import { quoted, unrolled, Usage } from './unrolled.js';

/** The objects at one path of the plan, in order; `@` stands for the items of a list, and lists in lists are entered in any case. */
export class Targets {
  private readonly usage = new Usage();
  private own: ((root: Tree) => Tree[]) | null = null;

  constructor(private readonly path: Path) {}

  in(root: Tree): Tree[] {
    if (this.own !== null) return this.own(root);
    const found: Tree[] = [];
    gather(root, this.path, 0, found);
    if (this.usage.add(found.length)) this.own = unroll(this.path);
    return found;
  }
}

function gather(value: unknown, path: Path, at: number, found: Tree[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const next = path[at] === '@' ? at + 1 : at;
    for (let index = 0; index < value.length; index += 1) gather(value[index], path, next, found);
  } else if (at === path.length) found.push(value as Tree);
  else gather((value as Tree)[path[at] as string], path, at + 1, found);
}

/** A function for each part of the path. What is found goes along with them: the code lives as long as its plan, and keeps no answer. */
function unroll(path: Path): ((root: Tree) => Tree[]) | null {
  const steps = Array.from({ length: path.length + 1 }, (_, at) => {
    const items = `for (let index = 0; index < v.length; index += 1) at${path[at] === '@' ? at + 1 : at}(v[index], found);`;
    const object = at === path.length ? 'found.push(v);' : `at${at + 1}(v[${quoted(String(path[at]))}], found);`;
    return `const at${at} = (v, found) => { if (typeof v !== 'object' || v === null) return; if (Array.isArray(v)) { ${items} } else { ${object} } };`;
  });
  return unrolled(`${steps.join('\n')} return (root) => { const found = []; at0(root, found); return found; };`, {});
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
