import type { FetchNode, PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLError,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import type { IsA } from './representations.js';
import { unplannable } from './unplannable.js';

/** What a subgraph needs of others for one of its fields, as `@requires` says. */
export interface Requirement {
  /** As the supergraph names it, such as `CUSTOMS`. */
  readonly graph: string;
  readonly document: DocumentNode;
}

/** Pure: the requirements of one field of a supergraph. */
export function requirementsIn({ astNode }: Pick<GraphQLField<unknown, unknown>, 'astNode'>): readonly Requirement[] {
  return (astNode?.directives ?? []).flatMap(({ name, arguments: given = [] }) => {
    if (name.value !== 'join__field') return [];
    const values = Object.fromEntries(given.map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]));
    const { graph, requires } = values as { graph?: string; requires?: string };
    return graph === undefined || requires === undefined ? [] : [{ graph, document: parse(`{ ${requires} }`, { noLocation: true }) }];
  });
}

/** One field with arguments that a fetch needs at a place. */
interface Need {
  readonly type: string;
  readonly args: string;
}

/** Whether a plan gives each fetch what it needs. */
export type PlanCheck = (plan: QueryPlan) => void;

/**
 * Where two fields need one field of an entity with different arguments, the planner fetches it once, with either, and one of the two is
 * computed from a wrong value. There is one name for both in what a subgraph is sent, so no plan can be right; such an operation is refused.
 * Undefined where the supergraph has no two such fields.
 */
export function mixedNeedsCheck(supergraph: GraphQLSchema, isA: IsA): PlanCheck | undefined {
  const needs = new Map<string, readonly { readonly path: string; readonly args: string }[]>();
  for (const type of Object.values(supergraph.getTypeMap())) {
    if (!(isObjectType(type) || isInterfaceType(type))) continue;
    for (const field of Object.values(type.getFields()))
      for (const { graph, document } of requirementsIn(field)) {
        const [root] = document.definitions;
        const found = root?.kind === Kind.OPERATION_DEFINITION ? withArguments(root.selectionSet, '') : [];
        if (found.length > 0) needs.set(`${graph} ${type.name}.${field.name}`, found);
      }
  }
  if (needs.size < 2) return undefined;
  const graphs = graphNames(supergraph);
  return ({ node }) => {
    const known = new Map<string, Need[]>();
    const look = (fetch: FetchNode, place: string): void => {
      for (const [type, field] of entityFields(fetch))
        for (const { path, args } of needs.get(`${graphs.get(fetch.serviceName)} ${type}.${field}`) ?? []) {
          const at = `${place}.${path}`;
          const others = known.get(at) ?? [];
          if (others.some((other) => other.args !== args && (isA(type, other.type) || isA(other.type, type)))) throw mixedNeeds(field);
          known.set(at, [...others, { type, args }]);
        }
    };
    if (node) eachFetch(node, '', look);
  };
}

const mixedNeeds = (field: string): GraphQLError =>
  unplannable(
    `\`${field}\` and another field of the same object are computed from one field with different arguments, which no plan can give to both; ask for them in two operations`,
  );

function withArguments({ selections }: SelectionSetNode, path: string): { path: string; args: string }[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.INLINE_FRAGMENT) return withArguments(selection.selectionSet, path);
    const own = `${path}.${selection.name.value}`;
    const args = (selection.arguments ?? []).map(print).sort().join(', ');
    const below = selection.selectionSet ? withArguments(selection.selectionSet, own) : [];
    return [{ path: own, args }, ...below];
  });
}

/** By the name that plans use. */
function graphNames(supergraph: GraphQLSchema): ReadonlyMap<string, string> {
  const type = supergraph.getType('join__Graph');
  const values = type?.astNode?.kind === Kind.ENUM_TYPE_DEFINITION ? (type.astNode.values ?? []) : [];
  return new Map(
    values.flatMap(({ name, directives = [] }) =>
      directives.flatMap(({ arguments: given = [] }) =>
        given.flatMap((argument): [string, string][] =>
          argument.name.value === 'name' && argument.value.kind === Kind.STRING ? [[argument.value.value, name.value]] : [],
        ),
      ),
    ),
  );
}

function eachFetch(node: PlanNode | SubscriptionNode, place: string, look: (fetch: FetchNode, place: string) => void): void {
  switch (node.kind) {
    case 'Fetch':
      if (node.requires) look(node, place);
      return;
    case 'Flatten':
      return eachFetch(node.node, `${place}.${node.path.join('.')}`, look);
    case 'Sequence':
    case 'Parallel':
      for (const child of node.nodes) eachFetch(child, place, look);
      return;
    case 'Condition':
    case 'Defer':
    case 'Subscription': // Never made here, and refused where they are compiled.
  }
}

/** The fields that a fetch asks of entities, by type. */
function entityFields({ operation }: FetchNode): readonly (readonly [type: string, field: string])[] {
  const { definitions } = parse(operation, { noLocation: true });
  const fragments = new Map(definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])));
  const found: (readonly [string, string])[] = [];
  const collect = ({ selections }: SelectionSetNode, type: string): void => {
    for (const selection of selections) {
      const part = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (!part) continue;
      if (part.kind === Kind.FIELD) {
        if (type !== '') found.push([type, part.name.value]);
        else if (part.selectionSet) collect(part.selectionSet, '');
      } else collect(part.selectionSet, part.typeCondition?.name.value ?? type);
    }
  };
  for (const definition of definitions) if (definition.kind === Kind.OPERATION_DEFINITION) collect(definition.selectionSet, '');
  return found;
}
