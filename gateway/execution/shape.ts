import {
  type FieldNode,
  getNullableType,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, type Selected } from './collect.js';
import { type Leaf, leafOf, leafTest } from './leaf.js';
import { concrete, isRecord, type Path, type Tree } from './tree.js';
import { quoted, unrolled, Usage } from './unrolled.js';

/** What shaping reports and needs while it walks one answer. */
export interface Shaping {
  /** Where it is now; the array changes as it walks. */
  readonly path: (string | number)[];
  readonly report: (message: string, path: Path) => void;
  /** Answers `__schema` and `__type`. */
  readonly introspect: (nodes: readonly FieldNode[]) => unknown;
}

/** From the merged answer to exactly what was asked, in its order; null where a null went all the way up. */
export type Shape = (root: Tree, shaping: Shaping) => Record<string, unknown> | null;

/** A null whose reason is reported already. */
const broken = Symbol('broken');
/** A null at a place that allows none: what is around it becomes null. */
const bubble = Symbol('bubble');
type Complete = (value: unknown, shaping: Shaping) => unknown;

interface ShapedField {
  readonly name: string;
  /** Its name in the merged answer. */
  readonly from: string;
  /** `__proto__` cannot be set like any other name. */
  readonly odd: boolean;
  readonly kind: 'typename' | 'introspection' | 'leaf' | 'below';
  readonly typename: string | null;
  readonly nodes: readonly FieldNode[];
  readonly leaf: Leaf;
  /** In code: what is a leaf as it is. */
  readonly test: string | null;
  readonly nonNull: boolean;
  readonly below: Complete;
  readonly where: string;
}

/** Compiles the client's selection on the root type; what an object of a type shows is worked out when the first one comes by. */
export function compileShape(selected: Selected, rootType: GraphQLCompositeType, set: SelectionSetNode): Shape {
  const shaped = shapedOf(selected, rootType, [set]);
  return (root, shaping) => {
    const data = shaped.of(root, shaping);
    return data === broken ? null : (data as Record<string, unknown>);
  };
}

const shapedOf = (selected: Selected, type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): ShapedObject =>
  new ShapedObject([...collectFields(selected, type, sets)].map(([name, nodes]) => fieldOf(selected, type, name, nodes)));

function fieldOf(selected: Selected, type: GraphQLCompositeType, name: string, nodes: readonly FieldNode[]): ShapedField {
  const { schema, names } = selected;
  const from = names.of(nodes[0] as FieldNode);
  const fieldName = (nodes[0] as FieldNode).name.value;
  const where = `field ${type.name}.${fieldName}`;
  const common = {
    name,
    from,
    odd: name === '__proto__',
    nodes,
    typename: null,
    leaf: identity,
    test: null,
    below: identity,
    nonNull: false,
    where,
  };
  if (fieldName === '__typename') return { ...common, kind: 'typename', typename: isObjectType(type) ? type.name : null };
  if (fieldName === '__schema' || fieldName === '__type') return { ...common, kind: 'introspection' };
  const declared = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName]?.type : undefined;
  if (!declared) throw new Error(`${type.name} has no field ${fieldName} in the graph's schema ${schema.description ?? ''}`);
  const nullable = getNullableType(declared);
  if (isLeafType(nullable))
    return { ...common, kind: 'leaf', leaf: leafOf(nullable), test: leafTest(nullable), nonNull: isNonNullType(declared) };
  return { ...common, kind: 'below', below: completer(selected, declared, nodes, where) };
}

const identity = (value: unknown): unknown => value;

/** What is shown of an object of one type. */
class ShapedObject {
  private readonly usage = new Usage();
  private own: Complete | null = null;

  constructor(private readonly fields: readonly ShapedField[]) {}

  /** The object as it is shown, or `broken`. */
  of(source: Tree, shaping: Shaping): unknown {
    if (this.own !== null) return this.own(source, shaping);
    if (this.usage.add(1) && (this.own = this.unroll()) !== null) return this.own(source, shaping);
    const result: Record<string, unknown> = {};
    for (let index = 0; index < this.fields.length; index += 1) {
      const field = this.fields[index] as ShapedField;
      const value = valueOf(field, source, shaping);
      if (value === bubble) return broken;
      if (field.odd) Object.defineProperty(result, field.name, { value, writable: true, enumerable: true, configurable: true });
      else result[field.name] = value;
    }
    return result;
  }

  private unroll(): Complete | null {
    const { fields } = this;
    // In an object that is written down in code that name is no name.
    if (fields.some(({ odd }) => odd)) return null;
    const values = fields.map(({ name, from, kind, test, nonNull }, index) => {
      const given = `v = s[${quoted(from)}];`;
      const otherwise = `valueOf(field${index}, s, shaping)`;
      if (kind === 'leaf') {
        const value = `const v${index} = ${test === null ? otherwise : `${test} ? v : ${otherwise}`};`;
        return `${test === null ? '' : given} ${value} ${nonNull ? `if (v${index} === bubble) return broken;` : ''}`;
      }
      if (kind !== 'below') return `const v${index} = ${otherwise}; if (v${index} === bubble) return broken;`;
      return `shaping.path.push(${quoted(name)}); v = below${index}(s[${quoted(from)}], shaping); shaping.path.pop();
        if (v === bubble) return broken; const v${index} = v === broken ? null : v;`;
    });
    const result = fields.map(({ name }, index) => `${quoted(name)}: v${index}`).join(', ');
    return unrolled<Complete>(`return (s, shaping) => { let v; ${values.join('\n')} return { ${result} }; };`, {
      valueOf,
      bubble,
      broken,
      ...Object.fromEntries(
        fields.flatMap((field, index) => [
          [`field${index}`, field],
          [`below${index}`, field.below],
        ]),
      ),
    });
  }
}

function valueOf(field: ShapedField, source: Tree, shaping: Shaping): unknown {
  switch (field.kind) {
    case 'leaf': {
      const given = source[field.from];
      const value = given === null || given === undefined ? null : field.leaf(given);
      if (value === undefined) shaping.report(`Invalid value found for ${field.where}.`, [...shaping.path, field.name]);
      else if (value !== null) return value;
      else if (field.nonNull) shaping.report(nullAt(field.where), [...shaping.path, field.name]);
      return field.nonNull ? bubble : null;
    }
    case 'below': {
      shaping.path.push(field.name);
      const value = field.below(source[field.from], shaping);
      shaping.path.pop();
      return value === broken ? null : value;
    }
    case 'typename':
      if (field.typename !== null) return field.typename;
      shaping.report(nullAt(field.where), [...shaping.path, field.name]);
      return bubble;
    case 'introspection':
      return shaping.introspect(field.nodes) ?? null;
  }
}

const nullAt = (where: string): string => `Cannot return null for non-nullable ${where}.`;

/** A complete value, or null, `broken` or `bubble`. */
function completer(selected: Selected, type: GraphQLOutputType, nodes: readonly FieldNode[], where: string): Complete {
  if (isNonNullType(type)) {
    const complete = completer(selected, type.ofType, nodes, where);
    return (value, shaping) => {
      const result = complete(value, shaping);
      if (result === null) shaping.report(nullAt(where), [...shaping.path]);
      return result === null || result === broken ? bubble : result;
    };
  }
  const complete = isListType(type)
    ? listCompleter(completer(selected, type.ofType, nodes, `array element of ${where}`), where)
    : isCompositeType(type)
      ? objectCompleter(selected, type, nodes, where)
      : leafCompleter(leafOf(type), where);
  return (value, shaping) => (value === null || value === undefined ? null : complete(value, shaping));
}

const invalid = (where: string, shaping: Shaping): typeof broken => {
  shaping.report(`Invalid value found for ${where}.`, [...shaping.path]);
  return broken;
};

/** A leaf inside a list. */
const leafCompleter =
  (leaf: Leaf, where: string): Complete =>
  (value, shaping) => {
    const result = leaf(value);
    return result === undefined ? invalid(where, shaping) : result;
  };

function listCompleter(complete: Complete, where: string): Complete {
  return (value, shaping) => {
    if (!Array.isArray(value)) return invalid(where, shaping);
    const { path } = shaping;
    const depth = path.push(0) - 1;
    const result: unknown[] = [];
    let isBroken = false;
    for (let index = 0; index < value.length; index += 1) {
      path[depth] = index;
      const item = complete(value[index], shaping);
      if (item === bubble) isBroken = true;
      result.push(item === broken ? null : item);
    }
    path.pop();
    return isBroken ? broken : result;
  };
}

interface Known {
  readonly shaped: ShapedObject;
  /** Something more may be known of the object itself. */
  readonly isInterface: boolean;
}

function objectCompleter(selected: Selected, type: GraphQLCompositeType, nodes: readonly FieldNode[], where: string): Complete {
  const sets = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
  const known = new Map<unknown, Known>();
  const fieldsFor = (typename: unknown): Known | undefined => {
    const found = known.get(typename);
    if (found) return found;
    const actual = actualType(selected, type, typename);
    // Names of types that exist are few; a subgraph may invent as many others as it likes.
    if (!actual) return undefined;
    const made = { shaped: shapedOf(selected, actual, sets), isInterface: isInterfaceType(actual) };
    known.set(typename, made);
    return made;
  };
  return (value, shaping) => {
    if (!isRecord(value)) return invalid(where, shaping);
    const source = value as Tree;
    let shown = fieldsFor(source['__typename']);
    if (shown?.isInterface && source[concrete] !== undefined) shown = fieldsFor(source[concrete]) ?? shown;
    if (shown) return shown.shaped.of(source, shaping);
    shaping.report(`Invalid __typename found for object at ${where}.`, [...shaping.path]);
    return broken;
  };
}

/** The type that a value says it has, where it can be one here; root types are never asked for their name. */
function actualType({ schema }: Selected, declared: GraphQLCompositeType, typename: unknown): GraphQLCompositeType | null {
  if (typename === undefined || typename === null || typename === declared.name) return declared;
  if (declared === schema.getQueryType() || declared === schema.getMutationType()) return declared;
  const actual = typeof typename === 'string' ? schema.getType(typename) : undefined;
  if (!(isObjectType(actual) || isInterfaceType(actual))) return null;
  // All that is known of an object may be what a subgraph says that knows its interface only.
  if (isInterfaceType(actual) && !isAbstractType(declared)) return schema.isSubType(actual, declared) ? declared : null;
  if (!isAbstractType(declared)) return null;
  return schema.isSubType(declared, actual) ? actual : null;
}
