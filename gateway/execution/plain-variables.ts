import {
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';

type Fits = (value: unknown) => boolean;

/**
 * Pure: whether a request's variables are, beyond doubt, what their operation declares. False says nothing: they may fit all the same, and
 * whoever wants to know asks graphql, which takes a hundred times as long.
 */
export function plainVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
): (variables: Readonly<Record<string, unknown>>) => boolean {
  const checks = definitions.map(({ variable, type, defaultValue }) => {
    const name = variable.name.value;
    const declared = typeFromAST(schema, type);
    if (!isInputType(declared)) return { name, fits: never, mayMiss: false };
    return { name, fits: fitsOf(declared), mayMiss: defaultValue !== undefined || !isNonNullType(declared) };
  });
  return (variables) => {
    for (const { name, fits, mayMiss } of checks) {
      if (!Object.hasOwn(variables, name)) {
        if (!mayMiss) return false;
      } else if (!fits(variables[name])) return false;
    }
    return true;
  };
}

const never: Fits = () => false;
const maxInt = 2_147_483_647;

const scalars: Readonly<Record<string, Fits>> = {
  Int: (value) => Number.isInteger(value) && Math.abs(value as number) <= maxInt,
  Float: (value) => Number.isFinite(value),
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  ID: (value) => typeof value === 'string',
};

function fitsOf(type: GraphQLInputType): Fits {
  if (isNonNullType(type)) {
    const fits = fitsOf(type.ofType);
    return (value) => value !== null && value !== undefined && fits(value);
  }
  const fits = isListType(type) ? listOf(fitsOf(type.ofType)) : leafFits(type);
  return (value) => value === null || (value !== undefined && fits(value));
}

/** One value alone stands for a list of one; that is rare, and not looked into. */
const listOf =
  (fits: Fits): Fits =>
  (value) =>
    Array.isArray(value) && value.every(fits);

function leafFits(type: Exclude<GraphQLInputType, { readonly ofType: unknown }>): Fits {
  if (isEnumType(type)) {
    const values = new Set<unknown>(type.getValues().map(({ name }) => name));
    return (value) => values.has(value);
  }
  // Scalars of the graph's own are the subgraphs' matter; input objects have defaults, and rules among their fields.
  if (isInputObjectType(type)) return never;
  return isSpecifiedScalarType(type) ? (scalars[type.name] ?? never) : () => true;
}
