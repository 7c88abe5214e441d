import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

export type Field = GraphQLField<unknown, unknown>;

/** A value that fits, as text; `word` is what stands for texts and ids. */
export function literal(type: GraphQLInputType, word = 'x'): string {
  if (isNonNullType(type)) return literal(type.ofType as GraphQLInputType, word);
  if (isListType(type)) return `[${literal(type.ofType as GraphQLInputType, word)}]`;
  if (isEnumType(type)) return (type.getValues()[0] as { name: string }).name;
  if (isInputObjectType(type))
    return `{ ${Object.values(type.getFields())
      .filter((field) => isNonNullType(field.type) && field.defaultValue === undefined)
      .map((field) => `${field.name}: ${literal(field.type, word)}`)
      .join(', ')} }`;
  if (type.name === 'Int') return '2';
  if (type.name === 'Boolean') return 'true';
  if (type.name === 'ID' || type.name === 'String') return `"${word}"`;
  if (type.name === 'DateTime') return '"2026-01-01T00:00:00Z"';
  return type.name.includes('Date') ? '"2026-01-01"' : '"1"';
}

/** A field with the arguments that it needs, pages of one. */
export function called(field: Field, word = 'x'): string {
  const given = field.args.filter(
    ({ name, type, defaultValue }) => name === 'first' || (isNonNullType(type) && defaultValue === undefined),
  );
  if (given.length === 0) return field.name;
  return `${field.name}(${given.map(({ name, type }) => `${name}: ${name === 'first' ? '1' : literal(type, word)}`).join(', ')})`;
}

export const fieldsOf = (type: GraphQLCompositeType): readonly Field[] =>
  isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];

export const isLeaf = (field: Field): boolean => isLeafType(getNamedType(field.type));

/** About how many words of a document a text is. */
export const wordsIn = (text: string): number => text.match(/"[^"]*"|\w+|[^\s\w,]/g)?.length ?? 0;
