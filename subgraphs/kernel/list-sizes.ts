import { type DocumentNode, type FieldDefinitionNode, parseConstValue, Kind, visit } from 'graphql';

const pageDirective = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'listSize' },
  arguments: Object.entries({ slicingArguments: '["first"]', sizedFields: '["edges", "nodes"]', requireOneSlicingArgument: 'false' }).map(
    ([name, value]) => ({
      kind: Kind.ARGUMENT as const,
      name: { kind: Kind.NAME as const, value: name },
      value: parseConstValue(value, { noLocation: true }),
    }),
  ),
} as const;

/** Pure: every field that answers with a page says so, for the price of an operation depends on how much a page holds. */
export const withListSizes = (document: DocumentNode): DocumentNode =>
  visit(document, {
    FieldDefinition: (field) => (isPage(field) ? { ...field, directives: [...(field.directives ?? []), pageDirective] } : undefined),
  });

function isPage({ type, arguments: given, directives }: FieldDefinitionNode): boolean {
  const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  return (
    named.kind === Kind.NAMED_TYPE &&
    named.name.value.endsWith('Connection') &&
    given?.some(({ name }) => name.value === 'first') === true &&
    directives?.every(({ name }) => name.value !== 'listSize') === true
  );
}
