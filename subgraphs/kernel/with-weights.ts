import { type DocumentNode, Kind, visit } from 'graphql';

/** Pure: fields that are dearer than their objects say so; `weights` by `Type.field`. */
export const withWeights = (document: DocumentNode, weights: Readonly<Record<string, number>>): DocumentNode =>
  visit(document, {
    ObjectTypeDefinition: (type) => ({
      ...type,
      fields: type.fields?.map((field) => {
        const weight = weights[`${type.name.value}.${field.name.value}`];
        return weight === undefined ? field : { ...field, directives: [...(field.directives ?? []), costOf(weight)] };
      }),
    }),
  });

const costOf = (weight: number) =>
  ({
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'cost' },
    arguments: [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'weight' }, value: { kind: Kind.INT, value: String(weight) } }],
  }) as const;
