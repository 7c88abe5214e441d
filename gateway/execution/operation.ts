import type { QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql';
import type { Failure } from './answer.js';
import { clientPath } from './client-path.js';
import { compilePlan } from './compile-plan.js';
import { introspector } from './introspect.js';
import { Recent } from '../access/recent.js';
import type { IsA } from './representations.js';
import { type Fetch, Run } from './run.js';
import { compileShape, type Shape } from './shape.js';
import type { Path } from './tree.js';

export interface Result {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLError[];
}

/** An operation that is planned and compiled; runs any number of times. */
export type RunnableOperation = (variables: Readonly<Record<string, unknown>>, fetch: Fetch) => Promise<Result>;

export interface OperationInput {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly isA: IsA;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly plan: QueryPlan;
}

/** Shapes are made per values of the conditions' variables, of which nobody needs many. */
const maxShapes = 32;

/** Compiles everything that does not depend on the single request. */
export function compileOperation({ schema, isA, document, operation, plan }: OperationInput): RunnableOperation {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const run = compilePlan(plan, isA);
  const introspect = introspector(schema, operation, fragments);
  const names = conditionVariables(document);
  const shapes = new Recent<Shape>(maxShapes);
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) throw new Error(`The graph has no ${operation.operation}`);
  const shapeFor = (conditions: Readonly<Record<string, unknown>>): Shape =>
    shapes.of(names.map((name) => (conditions[name] === true ? '1' : '0')).join(''), () =>
      compileShape({ schema, fragments, conditions }, rootType, operation.selectionSet),
    );
  const remembers = operation.operation === OperationTypeNode.QUERY;
  const definitions = operation.variableDefinitions ?? [];
  return async (variables, fetch) => {
    const { coerced, errors: unfit } = definitions.length > 0 ? getVariableValues(schema, definitions, variables) : { coerced: nothing };
    if (unfit) return { errors: unfit };
    const running = new Run({ variables, coerced, fetch, remembers });
    await run(running);
    const nulls: Failure[] = [];
    const data = shapeFor(coerced)(running.root, {
      path: [],
      report: (message, path) => void nulls.push({ message, path, extensions: { code: 'INVALID_GRAPHQL' } }),
      introspect: (nodes: readonly FieldNode[]) => introspect(nodes, variables),
    });
    if (running.failures.length === 0 && nulls.length === 0) return { data };
    const known = running.failures.map((failure) =>
      failure.path ? { ...failure, path: clientPath(operation.selectionSet, fragments, failure.path) } : failure,
    );
    return { data, errors: [...known, ...unexplained(nulls, known)].map(asError) };
  };
}

const nothing: Readonly<Record<string, unknown>> = {};

const asError = ({ message, path, extensions }: Failure): GraphQLError =>
  new GraphQLError(message, { ...(path ? { path } : {}), extensions: { ...extensions } });

/** A null that a subgraph has explained at, above or below its place is not reported again; an error without a place explains them all. */
function unexplained(nulls: readonly Failure[], known: readonly Failure[]): readonly Failure[] {
  const places = known.flatMap(({ path }) => (path ? [path] : []));
  if (places.length < known.length) return [];
  return nulls.slice(0, maxReported).filter(({ path = [] }) => !places.some((place) => along(place, path)));
}

const maxReported = 100;

/** Whether one place is the other or lies below it. */
function along(a: Path, b: Path): boolean {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}

/** The variables that any `@skip` or `@include` of the document names. */
function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      if (node.name.value !== 'skip' && node.name.value !== 'include') return;
      for (const { value } of node.arguments ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
