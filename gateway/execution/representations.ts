import type { FetchDataRewrite, QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { setOwn, type Tree } from './tree.js';

/** Whether an object of type `typename` fulfils a type condition, in the supergraph's schema. */
export type IsA = (typename: string, condition: string) => boolean;

/** What a subgraph is told about an entity, so that it finds it. */
export interface Representation {
  /** Equal exactly where the representations are equal; null where the entity cannot be represented yet. */
  keyOf(entity: Tree): string | null;
  /** Only for an entity that has a key. */
  build(entity: Tree): Record<string, unknown>;
}

type Plain = Record<string, unknown>;
const responseName = ({ alias, name }: QueryPlanFieldNode): string => alias ?? name;

/** Compiles the `requires` of one fetch; what is nested or rewritten is built first and compared as text. */
export function representation(
  requires: readonly QueryPlanSelectionNode[],
  rewrites: readonly FetchDataRewrite[],
  isA: IsA,
): Representation {
  const compiled = requires.map(compileSelection(isA));
  const rewrite = rewrites.map((one) => compileRewrite(one, isA));
  const build = (entity: Tree): Plain | null => {
    const built = select(entity, compiled);
    if (built === null || typeof built['__typename'] !== 'string') return null;
    for (const apply of rewrite) apply(built);
    return built;
  };
  const simple = simpleFields(requires);
  if (simple === null) {
    const textOf = (entity: Tree): string | null => {
      const built = build(entity);
      return built && JSON.stringify(built);
    };
    return { keyOf: textOf, build: (entity) => build(entity) as Plain };
  }
  return { keyOf: (entity) => simpleKey(entity, simple, isA), build: (entity) => build(entity) as Plain };
}

interface SimpleFields {
  readonly condition: string;
  readonly names: readonly string[];
}

/** One type with leaf fields only, as nearly all are: its key needs no object to be built. */
function simpleFields(requires: readonly QueryPlanSelectionNode[]): SimpleFields | null {
  const [only] = requires;
  if (requires.length !== 1 || only?.kind !== 'InlineFragment' || only.typeCondition === undefined) return null;
  const names: string[] = [];
  for (const selection of only.selections) {
    if (selection.kind !== 'Field' || selection.selections) return null;
    names.push(responseName(selection));
  }
  return names.includes('__typename') ? { condition: only.typeCondition, names } : null;
}

function simpleKey(entity: Tree, { condition, names }: SimpleFields, isA: IsA): string | null {
  if (!fulfils(entity, condition, isA)) return null;
  let key = '';
  for (let index = 0; index < names.length; index += 1) {
    const value = entity[names[index] as string];
    if (value === undefined) return null;
    // The length stands first, so that no two lists of strings give one text.
    key += typeof value === 'string' ? `${value.length}:${value}` : `${JSON.stringify(value)};`;
  }
  return key;
}

interface CompiledField {
  readonly kind: 'field';
  readonly name: string;
  readonly below: readonly Compiled[] | null;
}
interface CompiledFragment {
  readonly kind: 'fragment';
  readonly applies: (source: Tree) => boolean;
  readonly below: readonly Compiled[];
}
type Compiled = CompiledField | CompiledFragment;

const compileSelection =
  (isA: IsA) =>
  (selection: QueryPlanSelectionNode): Compiled => {
    const below = selection.selections?.map(compileSelection(isA)) ?? null;
    if (selection.kind === 'Field') return { kind: 'field', name: responseName(selection), below };
    const { typeCondition } = selection;
    return { kind: 'fragment', applies: (source) => fulfils(source, typeCondition, isA), below: below ?? [] };
  };

function fulfils(source: Tree, condition: string | undefined, isA: IsA): boolean {
  const typename = source['__typename'];
  return typeof typename === 'string' && condition !== undefined && (typename === condition || isA(typename, condition));
}

/** Null as soon as one needed field is not there: half a representation would find the wrong entity. */
function select(source: Tree, selections: readonly Compiled[]): Plain | null {
  const result: Plain = {};
  for (const selection of selections) {
    if (selection.kind === 'fragment') {
      const part = selection.applies(source) ? select(source, selection.below) : null;
      if (part) for (const [name, value] of Object.entries(part)) setOwn(result, name, joined(result[name], value));
      continue;
    }
    const value = source[selection.name];
    if (value === undefined) return null;
    setOwn(result, selection.name, selection.below === null ? value : selectValue(value, selection.below));
  }
  return result;
}

function selectValue(value: unknown, below: readonly Compiled[]): unknown {
  if (Array.isArray(value)) return value.map((item) => selectValue(item, below));
  return typeof value === 'object' && value !== null ? select(value as Tree, below) : null;
}

/** Two fragments may both select below one name. */
function joined(existing: unknown, value: unknown): unknown {
  if (Array.isArray(existing) && Array.isArray(value)) return value.map((item, index) => joined(existing[index], item));
  if (typeof existing !== 'object' || existing === null || typeof value !== 'object' || value === null) return value;
  const result = { ...existing } as Plain;
  for (const [name, part] of Object.entries(value)) setOwn(result, name, joined(result[name], part));
  return result;
}

/** The planner's own changes to a representation, such as the interface's name where a subgraph knows the interface only. */
function compileRewrite(rewrite: FetchDataRewrite, isA: IsA): (built: Plain) => void {
  const last = rewrite.path.at(-1) as string;
  const change = (built: Plain): void => {
    if (rewrite.kind === 'ValueSetter') setOwn(built, last, rewrite.setValueTo);
    else if (Object.hasOwn(built, last)) {
      setOwn(built, rewrite.renameKeyTo, built[last]);
      delete built[last];
    }
  };
  const walk = (value: unknown, at: number): void => {
    if (Array.isArray(value)) return value.forEach((item) => walk(item, at));
    if (typeof value !== 'object' || value === null) return;
    const built = value as Plain;
    if (at === rewrite.path.length - 1) return change(built);
    const part = rewrite.path[at] as string;
    if (!part.startsWith('... on ')) return walk(Object.hasOwn(built, part) ? built[part] : undefined, at + 1);
    const typename = built['__typename'];
    const condition = part.slice('... on '.length);
    if (typeof typename !== 'string' || typename === condition || isA(typename, condition)) walk(built, at + 1);
  };
  return (built) => walk(built, 0);
}
