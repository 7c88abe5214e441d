import { type GraphQLLeafType, isEnumType, isSpecifiedScalarType } from 'graphql';

/** Gives the value as the client may have it, or undefined where it is not of the type. */
export type Leaf = (value: unknown) => unknown;

const builtIn: Readonly<Record<string, Leaf>> = {
  Int: (value) => (Number.isInteger(value) ? value : undefined),
  Float: (value) => (Number.isFinite(value) ? value : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  String: (value) => (typeof value === 'string' ? value : undefined),
  ID: (value) => (typeof value === 'string' ? value : Number.isInteger(value) ? String(value) : undefined),
};

/** Pure: a leaf type to its check. A custom scalar is the subgraphs' own matter; an enum value that the graph does not show is none. */
export function leafOf(type: GraphQLLeafType): Leaf {
  if (isEnumType(type)) {
    const values = new Set<unknown>(type.getValues().map(({ name }) => name));
    return (value) => (values.has(value) ? value : undefined);
  }
  const check = isSpecifiedScalarType(type) ? builtIn[type.name] : undefined;
  return check ?? ((value) => value);
}

/**
 * Pure: the same in code, true only of a value `v` that the client may have as it is; null where there is more to it than a line of code.
 * What it is not true of may still be allowed.
 */
export function leafTest(type: GraphQLLeafType): string | null {
  if (isEnumType(type)) return null;
  return isSpecifiedScalarType(type) ? (tests[type.name] ?? null) : 'v !== null && v !== undefined';
}

const tests: Readonly<Record<string, string>> = {
  Int: "typeof v === 'number' && (v | 0) === v",
  Float: "typeof v === 'number' && v - v === 0",
  Boolean: 'v === true || v === false',
  String: "typeof v === 'string'",
  ID: "typeof v === 'string'",
};
