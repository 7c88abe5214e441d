import {
  __Schema,
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  valueFromASTUntyped,
} from 'graphql';
import type { FieldWeight, Weights } from '../../schema/weights.js';

/** What an operation costs with these variables: a whole number of units, one per object that it may read. */
export type Cost = (variables: Readonly<Record<string, unknown>>) => number;

export interface CostRules {
  readonly weights: Weights;
  /** Length of a list of which nothing is said. */
  readonly assumedList: number;
  /** A write, where its field has no weight of its own. */
  readonly write: number;
}

/** What is known when the request comes: its variables, and the cells that were worked out before. */
interface Frame {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly cells: Float64Array;
}
/** A number, or how to get it from the variables. */
type Term = number | ((frame: Frame) => number);

/** How long the fields of a page are, as its own field's arguments say. */
interface PageSize {
  readonly fields: readonly string[];
  readonly size: Term;
  /** Two pages of one key are equally long. */
  readonly key: string;
}

/**
 * Pure: compiles a validated operation to its price. A selection is compiled once per object type and page size, however often a
 * fragment with it is spread, and its price worked out once per request; so the price is known in time even where the answer never
 * would be. Of an abstract type the dearest object counts.
 */
export function compileCost(schema: GraphQLSchema, rules: CostRules, document: DocumentNode, operation: OperationDefinitionNode): Cost {
  const { weights } = rules;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const defaults: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { variable, defaultValue } of operation.variableDefinitions ?? [])
    if (defaultValue) defaults[variable.name.value] = valueFromASTUntyped(defaultValue);
  const mutation = schema.getMutationType();
  /** Whoever names a type names the longest. */
  const ofNamed: PageSize = { fields: introspectedLists, size: longestType(schema), key: 'named' };
  const known = new Map<SelectionSetNode, Map<string, Term>>();
  const cells: ((frame: Frame) => number)[] = [];

  // A null that is given is no default, as for whoever runs the operation.
  const valueOf = (name: string, { variables }: Frame): unknown =>
    Object.hasOwn(variables, name) && variables[name] !== undefined ? variables[name] : defaults[name];

  /** Kept in a cell, so that whoever refers to it does not work it out again. */
  const kept = (term: Term): Term => {
    if (typeof term === 'number') return term;
    const index = cells.push(term) - 1;
    return (frame) => frame.cells[index] as number;
  };

  function selections(set: SelectionSetNode, type: GraphQLObjectType, page: PageSize | null): Term {
    let ofSet = known.get(set);
    if (!ofSet) known.set(set, (ofSet = new Map<string, Term>()));
    const key = page ? `${type.name} ${page.key}` : type.name;
    let term = ofSet.get(key);
    if (term === undefined) ofSet.set(key, (term = kept(sum(set.selections.map((selection) => selected(selection, type, page))))));
    return term;
  }

  function selected(selection: SelectionSetNode['selections'][number], type: GraphQLObjectType, page: PageSize | null): Term {
    if (selection.kind === Kind.FIELD) return onCondition(selection.directives, field(selection, type, page));
    const part = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    if (!part || !applies(schema, part.typeCondition?.name.value, type)) return 0;
    return onCondition(selection.directives, selections(part.selectionSet, type, page));
  }

  function field(node: FieldNode, parent: GraphQLObjectType, page: PageSize | null): Term {
    const definition = definitionOf(schema, parent, node.name.value);
    if (!definition) return 0; // `__typename`
    const weight = weights.fields.get(`${parent.name}.${node.name.value}`);
    const named = getNamedType(definition.type);
    const one =
      weight?.weight ??
      (parent === mutation ? rules.write : isCompositeType(named) ? (weights.types.get(named.name) ?? objectCost(named.name)) : 0);
    const size = namesType.has(definition) ? ofNamed : sizeOf(node, definition, weight);
    const below = node.selectionSet && isCompositeType(named) ? belowOf(node.selectionSet, named, size) : 0;
    const isList = isListType(getNullableType(definition.type));
    const times: Term = !isList
      ? 1
      : page?.fields.includes(node.name.value)
        ? page.size
        : size && size.fields.length === 0
          ? size.size
          : (introspectedSizes[`${parent.name}.${node.name.value}`] ?? weight?.list?.assumed ?? rules.assumedList);
    return sum([argumentsCost(node, weight), product(times, sum([one, below]))]);
  }

  const belowOf = (set: SelectionSetNode, type: Parameters<typeof isObjectType>[0], size: PageSize | null): Term => {
    const page = size && size.fields.length > 0 ? size : null;
    if (isAbstractType(type)) return kept(largest(schema.getPossibleTypes(type).map((possible) => selections(set, possible, page))));
    return selections(set, type as GraphQLObjectType, page);
  };

  function sizeOf(node: FieldNode, { args }: GraphQLField<unknown, unknown>, weight: FieldWeight | undefined): PageSize | null {
    const list = weight?.list;
    if (!list) return null;
    const sizes = list.slicing.flatMap((name): { term: Term; key: string }[] => {
      const argument = args.find((one) => one.name === name);
      return argument
        ? [
            sliced(
              node.arguments?.find((one) => one.name.value === name),
              argument,
              list.assumed ?? rules.assumedList,
            ),
          ]
        : [];
    });
    if (sizes.length === 0) return { fields: list.sized, size: list.assumed ?? rules.assumedList, key: 'assumed' };
    return { fields: list.sized, size: largest(sizes.map(({ term }) => term)), key: sizes.map(({ key }) => key).join(' ') };
  }

  /** As many as the caller asks for; where it does not say, as many as it then gets. */
  function sliced(given: ArgumentNode | undefined, argument: GraphQLArgument, assumed: number): { term: Term; key: string } {
    const usual = asSize(argument.defaultValue, assumed);
    if (given?.value.kind === Kind.VARIABLE) {
      const name = given.value.name.value;
      return { term: (frame) => asSize(valueOf(name, frame), usual), key: `$${name} ${usual}` };
    }
    const size = given ? asSize(valueFromASTUntyped(given.value), usual) : usual;
    return { term: size, key: String(size) };
  }

  function onCondition(directives: readonly DirectiveNode[] | undefined, term: Term): Term {
    let result = term;
    for (const { name, arguments: given } of directives ?? []) {
      const wanted = name.value === 'include' ? true : name.value === 'skip' ? false : undefined;
      const value = given?.[0]?.value;
      if (wanted === undefined || !value) continue;
      if (value.kind === Kind.VARIABLE) {
        const inner = result;
        const variable = value.name.value;
        result = (frame) => (valueOf(variable, frame) === !wanted ? 0 : at(inner, frame));
      } else if (value.kind === Kind.BOOLEAN && value.value !== wanted) return 0;
    }
    return result;
  }

  const root = schema.getRootType(operation.operation);
  const total = root ? selections(operation.selectionSet, root, null) : 0;
  if (typeof total === 'number') {
    const units = whole(total);
    return () => units;
  }
  return (variables) => {
    const frame: Frame = { variables, cells: new Float64Array(cells.length) };
    for (let index = 0; index < cells.length; index += 1) frame.cells[index] = (cells[index] as (frame: Frame) => number)(frame);
    return whole(total(frame));
  };
}

const at = (term: Term, frame: Frame): number => (typeof term === 'number' ? term : term(frame));
const whole = (units: number): number => Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(units));
const asSize = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) : otherwise;

const isConstant = (term: Term): term is number => typeof term === 'number';

function sum(terms: readonly Term[]): Term {
  const fixed = terms.filter(isConstant).reduce((all, one) => all + one, 0);
  const open = terms.filter((term) => !isConstant(term));
  if (open.length === 0) return fixed;
  if (open.length === 1 && fixed === 0) return open[0] as Term;
  return (frame) => {
    let all = fixed;
    for (const term of open) all += (term as (frame: Frame) => number)(frame);
    return all;
  };
}

const product = (times: Term, term: Term): Term =>
  isConstant(times) && isConstant(term) ? times * term : times === 1 ? term : (frame) => at(times, frame) * at(term, frame);

const largest = (terms: readonly Term[]): Term =>
  terms.every(isConstant) ? Math.max(0, ...terms) : (frame) => terms.reduce((most: number, term) => Math.max(most, at(term, frame)), 0);

const argumentsCost = (node: FieldNode, weight: FieldWeight | undefined): number =>
  weight && weight.argumentWeights.size > 0
    ? (node.arguments ?? []).reduce((all, { name }) => all + (weight.argumentWeights.get(name.value) ?? 0), 0)
    : 0;

function applies(schema: GraphQLSchema, condition: string | undefined, type: GraphQLObjectType): boolean {
  if (condition === undefined || condition === type.name) return true;
  const wanted = schema.getType(condition);
  return isAbstractType(wanted) && schema.isSubType(wanted, type);
}

function definitionOf(schema: GraphQLSchema, parent: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> | undefined {
  if (name.startsWith('__') && parent === schema.getQueryType())
    return name === SchemaMetaFieldDef.name ? SchemaMetaFieldDef : name === TypeMetaFieldDef.name ? TypeMetaFieldDef : undefined;
  return parent.getFields()[name];
}

/** What the schema says of itself is in memory: the introspection that tools send, thousands of objects, is about 1,000 units. */
const objectCost = (type: string): number => (type.startsWith('__') ? 0.02 : 1);
const introspectedSizes: Readonly<Record<string, number>> = { '__Schema.types': 100 };
/** Fields whose answer is one type of the caller's choice. */
const namesType: ReadonlySet<unknown> = new Set([
  TypeMetaFieldDef,
  ...['queryType', 'mutationType', 'subscriptionType'].map((name) => __Schema.getFields()[name]),
]);
const introspectedLists = ['fields', 'inputFields', 'enumValues', 'possibleTypes'] as const;

/** How many fields, values or objects the type has that has the most; worked out once per schema. */
function longestType(schema: GraphQLSchema): number {
  let most = longest.get(schema);
  if (most === undefined) {
    const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
    const sizes = types.map((type) =>
      isEnumType(type)
        ? type.getValues().length
        : isObjectType(type) || isInputObjectType(type)
          ? Object.keys(type.getFields()).length
          : isAbstractType(type)
            ? schema.getPossibleTypes(type).length
            : 0,
    );
    longest.set(schema, (most = Math.max(0, ...sizes)));
  }
  return most;
}
const longest = new WeakMap<GraphQLSchema, number>();
