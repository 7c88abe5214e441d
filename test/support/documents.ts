import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

/** Values by the name of the argument or input field, where any value will not do; as written in a document. */
export type Values = Readonly<Record<string, string>>;

/** A literal that fits the type, so that a document is valid whatever it names. */
function literalOf(type: GraphQLInputType, name: string, values: Values): string {
  const known = values[name];
  if (known !== undefined) return known;
  const bare = getNullableType(type);
  if (isListType(bare)) return `[${literalOf(bare.ofType as GraphQLInputType, name, values)}]`;
  if (isEnumType(bare)) return bare.getValues()[0]?.name ?? 'null';
  if (isInputObjectType(bare))
    return `{${Object.values(bare.getFields())
      .filter(({ type: inner, defaultValue }) => isNonNullType(inner) && defaultValue === undefined)
      .map((field) => `${field.name}: ${literalOf(field.type, field.name, values)}`)
      .join(', ')}}`;
  switch (String(bare)) {
    case 'Int':
    case 'Fen':
    case 'Points':
    case 'Float':
      return '1';
    case 'Boolean':
      return 'true';
    case 'DateTime':
      return '"2026-01-01T00:00:00+08:00"';
    default:
      return '"none"';
  }
}

/** The arguments that a field cannot do without, and those that `values` names. */
export function argumentsText(args: readonly GraphQLArgument[], values: Values = {}): string {
  const given = args.filter(({ type, defaultValue, name }) => (isNonNullType(type) && defaultValue === undefined) || name in values);
  return given.length === 0 ? '' : `(${given.map(({ name, type }) => `${name}: ${literalOf(type, name, values)}`).join(', ')})`;
}

/** A field with its arguments, and `below` where it needs a selection. */
export const fieldText = (field: GraphQLField<unknown, unknown>, below = '__typename', values: Values = {}): string =>
  `${field.name}${argumentsText(field.args, values)}${isCompositeType(getNamedType(field.type)) ? ` { ${below} }` : ''}`;
