import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  validate,
} from 'graphql';
import { variablesIn } from '../access/prune.js';
import { badRequest } from '../limits/refused.js';

/** A subscription as the gateway runs it: what it follows, and the query that is run for each event. */
export interface Subscribed {
  readonly root: 'events' | 'me';
  readonly coordinate: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly query: {
    readonly text: string;
    readonly document: DocumentNode;
    readonly operation: OperationDefinitionNode;
    readonly operationName?: string;
  };
  /** The variables of one event's run. */
  readonly variablesFor: (id: string) => Readonly<Record<string, unknown>>;
}

export interface AskedFor {
  readonly text: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** Whether a request asks for a subscription; where that cannot be said, whoever answers it says why. */
export function isSubscription({ text, operationName }: AskedFor): boolean {
  if (!text.includes('subscription')) return false; // Nearly every document, and then it costs nothing.
  try {
    return getOperationAST(parse(text, { noLocation: true }), operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
  } catch {
    return false;
  }
}

/** Which operation a request means. Refuses what is no GraphQL, and a name that names none. */
export function operationIn({ text, operationName }: AskedFor): { readonly document: DocumentNode; readonly isSubscription: boolean } {
  const document = parsed(text);
  const operation = getOperationAST(document, operationName);
  if (!operation) throw badRequest('The document has no operation of that name');
  return { document, isSubscription: operation.operation === OperationTypeNode.SUBSCRIPTION };
}

/**
 * Pure: validates a subscription against what its caller may know and turns it into its query: `events(…) { … }` becomes
 * `events: event(id: …) { … }`, and `me(…) { … }` the same without arguments. Refuses what does not fit.
 */
export function subscribed(schema: GraphQLSchema, { text, operationName, variables }: AskedFor): Subscribed {
  const document = parsed(text);
  const problem = problemOf(schema, document);
  if (problem !== null) throw badRequest(problem);
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) throw badRequest('The document has no subscription of that name');
  const [field, ...others] = operation.selectionSet.selections;
  if (field?.kind !== Kind.FIELD || others.length > 0 || (field.directives ?? []).length > 0)
    throw badRequest('A subscription has one field at its root, without fragments and conditions');
  const root = field.name.value;
  const definition = schema.getSubscriptionType()?.getFields()[root];
  if (!definition || (root !== 'events' && root !== 'me')) throw badRequest('There is no such subscription');
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 1, hideSuggestions: true });
  if (coerced.errors) throw badRequest(coerced.errors[0]?.message ?? 'A variable does not fit');
  const args = argumentsOf(definition, field, coerced.coerced);
  const idVariable = freeVariable(document);
  const query = queryOf(document, operation, field, idVariable);
  const kept = query.operation.variableDefinitions?.map(({ variable }) => variable.name.value).filter((name) => name !== idVariable) ?? [];
  const given = Object.fromEntries(kept.flatMap((name) => (variables && Object.hasOwn(variables, name) ? [[name, variables[name]]] : [])));
  return {
    root,
    coordinate: `Subscription.${root}`,
    args,
    query: { ...query, ...(operation.name ? { operationName: operation.name.value } : {}) },
    variablesFor: (id) => (root === 'events' ? { ...given, [idVariable]: id } : given),
  };
}

/** Trap: a variable that may be null fits an argument that may not, where either has a default; only its value tells. */
function argumentsOf(...[definition, field, variables]: Parameters<typeof getArgumentValues>): Record<string, unknown> {
  try {
    return getArgumentValues(definition, field, variables);
  } catch (error) {
    if (error instanceof GraphQLError) throw badRequest(error.message);
    throw error;
  }
}

/** Trap: validation throws where a condition at the root of a subscription depends on a variable, for it looks at the value that it has not. */
function problemOf(schema: GraphQLSchema, document: DocumentNode): string | null {
  try {
    return validate(schema, document, undefined, { maxErrors: 1, hideSuggestions: true })[0]?.message ?? null;
  } catch (error) {
    if (error instanceof GraphQLError) return error.message;
    throw error;
  }
}

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { noLocation: true });
  } catch (error) {
    throw badRequest((error as Error).message);
  }
}

function freeVariable(document: DocumentNode): string {
  const taken = variablesIn(document);
  let name = 'tongduiEvent';
  while (taken.has(name)) name += '_';
  return name;
}

function queryOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  field: FieldNode,
  idVariable: string,
): Omit<Subscribed['query'], 'operationName'> {
  const name = (value: string) => ({ kind: Kind.NAME as const, value });
  const variable = { kind: Kind.VARIABLE as const, name: name(idVariable) };
  const byId: ArgumentNode = { kind: Kind.ARGUMENT, name: name('id'), value: variable };
  const asked: FieldNode =
    field.name.value === 'events'
      ? { ...field, alias: field.alias ?? name('events'), name: name('event'), arguments: [byId] }
      : { ...field, arguments: [] };
  const bare: OperationDefinitionNode = {
    ...operation,
    operation: OperationTypeNode.QUERY,
    variableDefinitions: [],
    selectionSet: { ...operation.selectionSet, selections: [asked] },
  };
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const used = variablesIn({ kind: Kind.DOCUMENT, definitions: [bare, ...fragments] });
  const named = { kind: Kind.NAMED_TYPE as const, name: name('ID') };
  const own =
    field.name.value === 'events'
      ? [{ kind: Kind.VARIABLE_DEFINITION as const, variable, type: { kind: Kind.NON_NULL_TYPE as const, type: named } }]
      : [];
  const kept = (operation.variableDefinitions ?? []).filter((definition) => used.has(definition.variable.name.value));
  const query: OperationDefinitionNode = { ...bare, variableDefinitions: [...kept, ...own] };
  const rest: DocumentNode = { kind: Kind.DOCUMENT, definitions: [query, ...fragments] };
  return { text: print(rest), document: rest, operation: query };
}
