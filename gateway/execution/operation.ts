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
} from 'graphql';
import { inTurn } from '../../schema/in-turn.js';
import type { Conditions } from '../access/conditions.js';
import { type Failure, invalidAt } from './answer.js';
import { clientPath, placeIn } from './client-path.js';
import { compilePlan } from './compile-plan.js';
import { introspector } from './introspect.js';
import { plainVariables } from './plain-variables.js';
import type { PlannedNames } from './planned-names.js';
import type { IsA } from './representations.js';
import { type Fetch, Run } from './run.js';
import { compileShape } from './shape.js';
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
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly conditions: Conditions;
  readonly names: PlannedNames;
  /** For these values of the conditions. */
  readonly plan: QueryPlan;
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export const fragmentsOf = ({ definitions }: DocumentNode): Fragments =>
  new Map(definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])));

/** Compiles everything that does not depend on the single request. */
export function compileOperation({ schema, isA, operation, fragments, conditions, names, plan }: OperationInput): RunnableOperation {
  const run = compilePlan(plan, isA);
  const introspect = introspector(schema, operation, fragments);
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) throw new Error(`The graph has no ${operation.operation}`);
  const shape = compileShape({ schema, fragments, conditions, names }, rootType, operation.selectionSet);
  const remembers = operation.operation === OperationTypeNode.QUERY;
  const definitions = operation.variableDefinitions ?? [];
  const surelyFit = plainVariables(schema, definitions);
  return async (variables, fetch) => {
    const unfit = surelyFit(variables) ? undefined : getVariableValues(schema, definitions, variables, coercion).errors;
    if (unfit) return { errors: unfit };
    const running = new Run({ variables, fetch, remembers });
    await run(running);
    const nulls: Failure[] = [];
    const shaped = (): ReturnType<typeof shape> =>
      shape(running.root, {
        path: [],
        report: (message, path) => void nulls.push(invalidAt(path, message)),
        introspect: (nodes: readonly FieldNode[]) => introspect(nodes, variables),
      });
    // Reading, shaping and writing a large answer have a turn of the event loop each.
    const isLarge = running.bytes > largeBytes;
    const data = isLarge ? await inTurn(shaped) : shaped();
    if (isLarge) await inTurn(() => {});
    if (running.failures.length === 0 && nulls.length === 0) return { data };
    const known = running.failures.map(({ message, path, extensions }): Failure => ({
      message,
      path: path && clientPath(operation.selectionSet, fragments, names, path),
      extensions,
    }));
    const said = known.map((failure) => (failure.path ? { ...failure, path: placeIn(data, failure.path) } : failure));
    return { data, errors: [...said, ...unexplained(nulls, known)].map(asError) };
  };
}

/** From about here on shaping takes more than a millisecond or two. */
const largeBytes = 262_144;
/** Not every value of a long list is told apart, and no name is hinted at. */
const coercion = { maxErrors: 10, hideSuggestions: true };

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
