import { type ConstDirectiveNode, type DocumentNode, isTypeDefinitionNode, Kind, valueFromASTUntyped } from 'graphql';

/** What fields cost and how long their lists are, as `@cost` and `@listSize` in the subgraphs' schemas say. */
export interface Weights {
  /** By type: what one object of it costs; an object without a weight costs 1. */
  readonly types: ReadonlyMap<string, number>;
  /** By `Type.field`. */
  readonly fields: ReadonlyMap<string, FieldWeight>;
}

export interface FieldWeight {
  /** In place of what an object of the field's type costs. */
  readonly weight?: number;
  /** What an argument adds where it is given. */
  readonly argumentWeights: ReadonlyMap<string, number>;
  readonly list?: ListSize;
}

export interface ListSize {
  readonly assumed: number | undefined;
  /** Arguments that say how many are asked; the largest counts. */
  readonly slicing: readonly string[];
  /** Fields of the answer that are that long; none where the field itself is the list. */
  readonly sized: readonly string[];
}

interface Sized {
  readonly assumedSize?: number | null;
  readonly slicingArguments?: readonly string[] | null;
  readonly sizedFields?: readonly string[] | null;
}

/** Reads the weights out of a supergraph. A weight that nobody would count is refused, as is one under another name. */
export function readWeights(document: DocumentNode): Weights {
  refuseRenamed(document);
  const types = new Map<string, number>();
  const fields = new Map<string, FieldWeight>();
  for (const definition of document.definitions) {
    if (!isTypeDefinitionNode(definition)) continue;
    const type = definition.name.value;
    const weight = weightOf(definition.directives);
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) {
      const parts =
        definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
          ? definition.fields
          : [];
      if ([definition, ...(parts ?? [])].some(({ directives }) => weightOf(directives) !== undefined))
        throw new Error(`${type}: @cost is counted on objects, their fields and the arguments of those, and nowhere else`);
      continue;
    }
    if (weight !== undefined) types.set(type, weight);
    for (const field of definition.fields ?? []) {
      const own = weightOf(field.directives);
      const argumentWeights = new Map(
        (field.arguments ?? []).flatMap(({ name, directives }): [string, number][] => {
          const added = weightOf(directives);
          return added === undefined ? [] : [[name.value, added]];
        }),
      );
      const list = listOf(field.directives);
      if (own === undefined && argumentWeights.size === 0 && !list) continue;
      fields.set(`${type}.${field.name.value}`, {
        ...(own === undefined ? {} : { weight: own }),
        argumentWeights,
        ...(list ? { list } : {}),
      });
    }
  }
  return { types, fields };
}

type Directives = readonly ConstDirectiveNode[] | undefined;

const valuesOf = (directives: Directives, wanted: string): Record<string, unknown> | undefined => {
  const found = directives?.find(({ name }) => name.value === wanted);
  return found && Object.fromEntries((found.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
};

const weightOf = (directives: Directives): number | undefined => valuesOf(directives, 'cost')?.['weight'] as number | undefined;

function listOf(directives: Directives): ListSize | undefined {
  const values = valuesOf(directives, 'listSize') as Sized | undefined;
  return values && { assumed: values.assumedSize ?? undefined, slicing: values.slicingArguments ?? [], sized: values.sizedFields ?? [] };
}

function refuseRenamed(document: DocumentNode): void {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION) continue;
    for (const { name, arguments: given } of definition.directives ?? []) {
      if (name.value !== 'link') continue;
      const values = Object.fromEntries((given ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]));
      if (!String(values['url']).includes('/cost/v')) continue;
      const imports = (values['import'] ?? []) as readonly unknown[];
      if (values['as'] !== undefined || imports.some((one) => typeof one !== 'string'))
        throw new Error('@cost and @listSize are counted under these names only');
    }
  }
}
