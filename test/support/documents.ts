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

/** By the name of the argument: pages are kept short, so that nobody reads all there is for one look at a field. */
type Values = Readonly<Record<string, string>>;
const short: Values = { first: '1' };

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
    case 'PointsDelta':
    case 'Float':
      return '1';
    case 'Decimal':
      return '"1"';
    case 'Boolean':
      return 'true';
    case 'DateTime':
      return '"2026-01-01T00:00:00+08:00"';
    default:
      return '"none"';
  }
}

/** The arguments that a field cannot do without, and how many of a list. */
export function argumentsText(args: readonly GraphQLArgument[], values: Values = short): string {
  const given = args.filter(({ type, defaultValue, name }) => (isNonNullType(type) && defaultValue === undefined) || name in values);
  return given.length === 0 ? '' : `(${given.map(({ name, type }) => `${name}: ${literalOf(type, name, values)}`).join(', ')})`;
}

/** A field with its arguments and directives, and `below` where it needs a selection. */
export const fieldText = (field: GraphQLField<unknown, unknown>, directives = '', below = '__typename'): string =>
  `${field.name}${argumentsText(field.args)}${directives}${isCompositeType(getNamedType(field.type)) ? ` { ${below} }` : ''}`;
