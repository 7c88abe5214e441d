import type { FetchDataRewrite, QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { setOwn, type Tree } from './tree.js';

/** Whether an object of type `typename` fulfils a type condition, in the supergraph's schema. */
export type IsA = (typename: string, condition: string) => boolean;

/**
 * What a subgraph is told about an entity, so that it finds it, as JSON: what goes over the wire is also what is compared. Null where the
 * entity cannot be represented yet.
 */
export interface Representation {
  (entity: Tree): string | null;
  /** Names of an entity's values: two entities of one type and the same values have one representation. Null where more goes into it. */
  readonly names: readonly string[] | null;
}

type Plain = Record<string, unknown>;
const responseName = ({ alias, name }: QueryPlanFieldNode): string => alias ?? name;

/** Compiles the `requires` of one fetch. */
export function representation(
  requires: readonly QueryPlanSelectionNode[],
  rewrites: readonly FetchDataRewrite[],
  isA: IsA,
): Representation {
  const simple = rewrites.length === 0 ? simpleFields(requires) : null;
  if (simple) {
    const names = simple.names.filter((name) => name !== '__typename');
    return Object.assign((entity: Tree) => simpleText(entity, simple, isA), { names });
  }
  const compiled = requires.map(compileSelection(isA));
  const rewrite = rewrites.map((one) => compileRewrite(one, isA));
  const text = (entity: Tree): string | null => {
    const built = select(entity, compiled);
    if (built === null || typeof built['__typename'] !== 'string') return null;
    for (const apply of rewrite) apply(built);
    return JSON.stringify(built);
  };
  return Object.assign(text, { names: null });
}

interface SimpleFields {
  readonly condition: string;
  readonly names: readonly string[];
  /** What stands before each value. */
  readonly heads: readonly string[];
}

/** One type with leaf fields only, as nearly all are: no object needs to be built. */
function simpleFields(requires: readonly QueryPlanSelectionNode[]): SimpleFields | null {
  const [only] = requires;
  if (requires.length !== 1 || only?.kind !== 'InlineFragment' || only.typeCondition === undefined) return null;
  const names: string[] = [];
  for (const selection of only.selections) {
    if (selection.kind !== 'Field' || selection.selections) return null;
    names.push(responseName(selection));
  }
  if (!names.includes('__typename') || new Set(names).size < names.length) return null;
  const heads = names.map((name, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  return { condition: only.typeCondition, names, heads };
}

function simpleText(entity: Tree, { condition, names, heads }: SimpleFields, isA: IsA): string | null {
  if (!fulfils(entity, condition, isA)) return null;
  let text = '';
  for (let index = 0; index < names.length; index += 1) {
    const value = entity[names[index] as string];
    if (value === undefined) return null;
    text += (heads[index] as string) + jsonOf(value);
  }
  return `${text}}`;
}

const jsonOf = (value: unknown): string => {
  if (typeof value === 'string') return plain.test(value) ? `"${value}"` : JSON.stringify(value);
  return typeof value === 'number' || typeof value === 'boolean' ? `${value}` : JSON.stringify(value);
};

/** Keys are short and need no escape nearly always. */
const plain = /^[\w .:@/=+-]{0,64}$/;

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
