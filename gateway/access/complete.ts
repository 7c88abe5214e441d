import { getNamedType, type GraphQLOutputType, isAbstractType, isListType, isNonNullType } from 'graphql';
import type { Marked } from './mark.js';

type Data = Readonly<Record<string, unknown>>;

/** What one object answers under one name, out of every place in the document that asks for it. */
interface Entry {
  readonly name: string;
  readonly type: GraphQLOutputType;
  readonly typename: boolean;
  /** Null on every record, so that it was not asked. */
  readonly nothing: boolean;
  /** Null where the subgraphs' answer stands as it is. */
  readonly below: Shape | null;
}

/** An object of the answer: its entries in the document's order, worked out once per type that turns up. */
interface Shape {
  readonly abstract: boolean;
  readonly entries: (typename: string) => readonly Entry[];
}

/** Stands for a null where the schema allows none: the object around it is null then. */
const bubble = Symbol('bubble');

/**
 * Pure: from the answer to a pruned operation, the answer to the operation as it was asked: null at the place of every closed field,
 * and one level further up where the schema allows no null. Everything else is the subgraphs' own answer, untouched.
 */
export function completion(marked: readonly Marked[], root: string, typename: string): (data: Data) => Data | null {
  const shape = shapeOf([marked], false);
  return (data) => objectOf(shape, root, data, typename);
}

function shapeOf(selections: readonly (readonly Marked[])[], abstract: boolean): Shape {
  const known = new Map<string, readonly Entry[]>();
  return {
    abstract,
    entries(type) {
      let entries = known.get(type);
      if (!entries) known.set(type, (entries = entriesOf(selections, type)));
      return entries;
    },
  };
}

function entriesOf(selections: readonly (readonly Marked[])[], objectType: string): readonly Entry[] {
  const found = new Map<string, Omit<Entry, 'name' | 'below'> & { nothing: boolean; touched: boolean; below: (readonly Marked[])[] }>();
  const collect = (marked: readonly Marked[]): void => {
    for (const selection of marked) {
      if (selection.kind === 'fragment') {
        if (selection.possible.has(objectType)) collect(selection.below);
        continue;
      }
      const { name, type, node, touched, introspection, code, below } = selection;
      const typename = node.name.value === '__typename';
      const entry = found.get(name) ?? { type, typename, nothing: false, touched: false, below: [] };
      found.set(name, entry);
      if (introspection) continue;
      entry.touched ||= touched;
      entry.nothing ||= selection.certainlyNull;
      // What is below a closed field was not asked; another place in the document may still ask the same field openly.
      if (below && code === null) entry.below.push(below);
    }
  };
  for (const marked of selections) collect(marked);
  return [...found].map(([name, { type, typename, nothing, touched, below }]) => ({
    name,
    type,
    typename,
    nothing,
    below: touched && below.length > 0 ? shapeOf(below, isAbstractType(getNamedType(type))) : null,
  }));
}

function objectOf(shape: Shape, objectType: string, data: Data, typename: string): Data | null {
  const result = Object.create(null) as Record<string, unknown>;
  for (const entry of shape.entries(objectType)) {
    const given = entry.typename ? objectType : Object.hasOwn(data, entry.name) ? data[entry.name] : null;
    const value = valueOf(entry.type, entry.below, entry.nothing ? null : given, typename);
    if (value === bubble) return null;
    result[entry.name] = value;
  }
  return result;
}

function valueOf(type: GraphQLOutputType, below: Shape | null, given: unknown, typename: string): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType, below, given, typename) ?? bubble;
  if (given === null || given === undefined) return null;
  if (below === null) return given;
  if (isListType(type)) {
    const items = (given as readonly unknown[]).map((item) => valueOf(type.ofType, below, item, typename));
    return items.includes(bubble) ? null : items;
  }
  const data = given as Data;
  return objectOf(below, below.abstract ? String(data[typename]) : getNamedType(type).name, data, typename);
}
