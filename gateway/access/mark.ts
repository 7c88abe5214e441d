import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import type { AccessRule, AccessTable } from '../../schema/access.js';
import type { Code } from '../../schema/codes.js';
import { decide } from '../../schema/decide.js';
import type { Viewer } from '../../schema/viewer.js';
import type { Conditions } from './conditions.js';

/** A selection as this viewer may have it. Fragments stand where they are used; what `@skip` and `@include` leave out is left out. */
export type Marked = MarkedField | MarkedFragment;

export interface MarkedField {
  readonly kind: 'field';
  readonly node: FieldNode;
  /** Name in the answer: the alias, where there is one. */
  readonly name: string;
  /** As it is written in the document, on the type around it. */
  readonly coordinate: string;
  readonly type: GraphQLOutputType;
  /** Of every object that the value around it may be; those that close the field stand first. */
  readonly rules: readonly AccessRule[];
  readonly code: Code | null;
  /** `__schema` and `__type`: answered by the gateway itself. */
  readonly introspection: boolean;
  readonly below: readonly Marked[] | null;
  /** Whether the answer here differs from what the subgraphs would say to what is left of the document. */
  readonly touched: boolean;
  /** Whether a closed field below, which may not be null, leaves nothing here on any record. */
  readonly certainlyNull: boolean;
}

export interface MarkedFragment {
  readonly kind: 'fragment';
  readonly condition: GraphQLCompositeType | null;
  /** Names of the objects to which it can apply here. */
  readonly possible: ReadonlySet<string>;
  readonly below: readonly Marked[];
  readonly touched: boolean;
}

/** The document expands to more selections than anybody may ask. */
export class TooManySelections extends Error {
  override readonly name = 'TooManySelections';
}

const maxSelections = 10_000;
/** A coordinate that the table does not know is closed to everyone. */
const undecided: AccessRule = { authenticated: true, scopes: [], classes: ['INTERNAL'] };

/** Pure: walks a validated operation with type information. Every abstract parent is widened to all objects that it can be there. */
export function mark(
  schema: GraphQLSchema,
  table: AccessTable,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: Conditions,
  viewer: Viewer,
): readonly Marked[] {
  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error(`The schema has no ${operation.operation}`);
  const fragments = new Map(
    document.definitions.flatMap((definition): [string, FragmentDefinitionNode][] =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  let seen = 0;

  const selections = (set: SelectionSetNode, parent: GraphQLCompositeType, possible: ReadonlySet<string>): readonly Marked[] =>
    set.selections.flatMap((selection): Marked[] => {
      if (!included(selection.directives, conditions)) return [];
      if ((seen += 1) > maxSelections) throw new TooManySelections();
      if (selection.kind === Kind.FIELD) return [field(selection, parent, possible)];
      const definition = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (!definition) return [];
      const named = definition.typeCondition ? schema.getType(definition.typeCondition.name.value) : undefined;
      const condition = isCompositeType(named) ? named : null;
      const applies = condition ? intersection(possible, possibleTypes(schema, condition)) : possible;
      const below = selections(definition.selectionSet, condition ?? parent, applies);
      return [{ kind: 'fragment', condition, possible: applies, below, touched: below.some((marked) => marked.touched) }];
    });

  const field = (node: FieldNode, parent: GraphQLCompositeType, possible: ReadonlySet<string>): MarkedField => {
    const name = node.alias?.value ?? node.name.value;
    const coordinate = `${parent.name}.${node.name.value}`;
    const meta = metaFields.get(node.name.value);
    if (meta) {
      const introspection = meta !== TypeNameMetaFieldDef;
      const open = { rules: [], code: null, below: null, certainlyNull: false };
      return { kind: 'field', node, name, coordinate, type: meta.type, introspection, touched: introspection, ...open };
    }
    const type = (parent as GraphQLObjectType | GraphQLInterfaceType).getFields()[node.name.value]?.type;
    if (!type) throw new Error(`The document was not validated: ${coordinate}`);
    const { rules, code } = judge(rulesOf(table, possible, node.name.value), viewer);
    const inner = getNamedType(type);
    const below = node.selectionSet && isCompositeType(inner) ? selections(node.selectionSet, inner, possibleTypes(schema, inner)) : null;
    return {
      kind: 'field',
      node,
      name,
      coordinate,
      type,
      rules,
      code,
      introspection: false,
      below,
      touched: code !== null || (below !== null && (isHollow(below) || below.some((marked) => marked.touched))),
      certainlyNull: below !== null && isCompositeType(inner) && !isList(type) && leavesNothing(below, possibleTypes(schema, inner)),
    };
  };

  return selections(operation.selectionSet, root, new Set([root.name]));
}

const metaFields = new Map([SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map((meta) => [meta.name, meta]));

export function included(directives: readonly DirectiveNode[] | undefined, conditions: Conditions): boolean {
  for (const directive of directives ?? []) {
    const name = directive.name.value;
    if (name !== 'skip' && name !== 'include') continue;
    const given = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    const value = given?.kind === Kind.VARIABLE ? conditions[given.name.value] : given?.kind === Kind.BOOLEAN ? given.value : undefined;
    if (value === (name === 'skip')) return false;
  }
  return true;
}

/** A closed field that may not be null, on whatever object: then its parent is null, whatever the record. */
export const leavesNothing = (below: readonly Marked[], possible: ReadonlySet<string>): boolean =>
  below.some((marked) =>
    marked.kind === 'field'
      ? (marked.code !== null || marked.certainlyNull) && isNonNullType(marked.type)
      : marked.possible.size === possible.size && leavesNothing(marked.below, possible),
  );

/** Conditions have left out all of it: what is asked in its stead is no part of the answer. */
const isHollow = (below: readonly Marked[]): boolean => below.every((marked) => marked.kind === 'fragment' && isHollow(marked.below));

const isList = (type: GraphQLOutputType): boolean => /\[/.test(type.toString());

export const possibleTypes = (schema: GraphQLSchema, type: GraphQLCompositeType): ReadonlySet<string> =>
  new Set(isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name]);

const intersection = (one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...one].filter((name) => other.has(name)));

/** The different rules of a field over all objects that its parent can be. */
function rulesOf(table: AccessTable, possible: ReadonlySet<string>, name: string): readonly AccessRule[] {
  const rules = new Map<string, AccessRule>();
  for (const type of possible) {
    const rule = table.get(`${type}.${name}`) ?? undecided;
    rules.set(JSON.stringify(rule), rule);
  }
  return [...rules.values()];
}

/** All of the rules must be open, for nobody knows yet which of the objects it will be. */
function judge(rules: readonly AccessRule[], viewer: Viewer): { rules: readonly AccessRule[]; code: Code | null } {
  const codes = rules.map((rule) => decide(rule, viewer));
  const code = codes.find((one) => one !== null) ?? null;
  if (code === null) return { rules, code };
  return { rules: [...rules.filter((_, index) => codes[index] !== null), ...rules.filter((_, index) => codes[index] === null)], code };
}
