import { type DocumentNode, type FieldDefinitionNode, Kind, visit } from 'graphql';

/**
 * Pure: every question that clients may ask can stay unanswered by itself. Where a root field allows no null, a part of the graph that
 * is out of reach, or one argument that does not fit, takes the answers to all other questions of the operation away.
 */
export const withNullableRoots = (document: DocumentNode): DocumentNode =>
  visit(document, {
    ObjectTypeDefinition: (type) =>
      type.name.value === 'Query' ? { ...type, fields: type.fields?.map((field) => (isOpen(field) ? nullable(field) : field)) } : false,
  });

const isOpen = ({ directives }: FieldDefinitionNode): boolean => directives?.every(({ name }) => name.value !== 'inaccessible') ?? true;

const nullable = (field: FieldDefinitionNode): FieldDefinitionNode =>
  field.type.kind === Kind.NON_NULL_TYPE ? { ...field, type: field.type.type } : field;
