import { type DocumentNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode, visit } from 'graphql';

/** The conditions' variables by name. To the gate a value that is not known neither skips nor leaves out; to who runs it only true is true. */
export type Conditions = Readonly<Record<string, boolean | undefined>>;

/** Names of the variables on which `@skip` and `@include` depend in an operation and the fragments that it uses. */
export function conditionVariables(document: DocumentNode, operation: OperationDefinitionNode): readonly string[] {
  const names = new Set<string>();
  const reached = new Set<string>();
  const look = (part: OperationDefinitionNode | FragmentDefinitionNode): void =>
    void visit(part, {
      FragmentSpread: ({ name }) => void reached.add(name.value),
      Directive(node) {
        if (node.name.value !== 'skip' && node.name.value !== 'include') return;
        for (const argument of node.arguments ?? []) if (argument.value.kind === Kind.VARIABLE) names.add(argument.value.name.value);
      },
    });
  look(operation);
  const fragments = new Map(document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])));
  // A set that grows while it is walked is walked to its end.
  for (const name of reached) {
    const fragment = fragments.get(name);
    if (fragment) look(fragment);
  }
  return [...names].sort();
}

/** Their values in this request; a default where none is given. Anything but a boolean is left for validation to refuse. */
export function conditionsOf(
  operation: OperationDefinitionNode,
  names: readonly string[],
  variables: Readonly<Record<string, unknown>> | undefined,
): Conditions {
  const conditions: Record<string, boolean | undefined> = Object.create(null) as Record<string, boolean | undefined>;
  for (const name of names) {
    const given = variables && Object.hasOwn(variables, name) ? variables[name] : undefined;
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    const fallback = definition?.defaultValue?.kind === Kind.BOOLEAN ? definition.defaultValue.value : undefined;
    const value = given === undefined ? fallback : given;
    conditions[name] = typeof value === 'boolean' ? value : undefined;
  }
  return conditions;
}

/**
 * What is wrong with the values, in words, or null. Trap: a variable with a default may be nullable and stand in a condition all the same,
 * and validation of variables lets its null pass; the specification makes it an error of the field, and libraries take it for what they like.
 */
export function conditionProblem(names: readonly string[], variables: Readonly<Record<string, unknown>> | undefined): string | null {
  if (!variables) return null;
  for (const name of names)
    if (Object.hasOwn(variables, name) && variables[name] === null)
      return `Variable "$${name}" may not be null: a condition depends on it.`;
  return null;
}
