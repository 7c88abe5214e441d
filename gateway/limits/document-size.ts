import { type DocumentNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode, type SelectionSetNode, visit } from 'graphql';
import type { Limits } from '../../schema/limits.js';

export type Measure = 'depth' | 'introspectionDepth' | 'aliases' | 'rootFields' | 'selections' | 'directives' | 'definitions';
export type DocumentSize = Readonly<Record<Measure, number>>;

const measures: readonly Measure[] = ['definitions', 'directives', 'selections', 'rootFields', 'aliases', 'depth', 'introspectionDepth'];

/** Sizes of a selection with every fragment where it is used. */
interface Size {
  readonly depth: number;
  readonly introspectionDepth: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly selections: number;
}

const nothing: Size = { depth: 0, introspectionDepth: 0, aliases: 0, rootFields: 0, selections: 0 };

/**
 * Pure: how large a parsed document is that nobody has validated yet; of several operations the largest counts. Each fragment is measured
 * once, so this takes no longer than reading the document; one that spreads itself is left to validation.
 */
export function documentSize(document: DocumentNode): DocumentSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const known = new Map<string, Size>();

  function fragmentSize(name: string): Size {
    const measured = known.get(name);
    if (measured) return measured;
    const fragment = fragments.get(name);
    if (!fragment) return nothing;
    known.set(name, nothing); // What it is to itself.
    const size = sizeOf(fragment.selectionSet);
    known.set(name, size);
    return size;
  }

  function sizeOf(set: SelectionSetNode): Size {
    let { depth, introspectionDepth, aliases, rootFields, selections } = nothing;
    for (const selection of set.selections) {
      selections += 1;
      if (selection.kind !== Kind.FIELD) {
        const part = selection.kind === Kind.FRAGMENT_SPREAD ? fragmentSize(selection.name.value) : sizeOf(selection.selectionSet);
        depth = Math.max(depth, part.depth);
        introspectionDepth = Math.max(introspectionDepth, part.introspectionDepth);
        rootFields += part.rootFields;
        aliases += part.aliases;
        selections += part.selections;
        continue;
      }
      const below = selection.selectionSet ? sizeOf(selection.selectionSet) : nothing;
      // No schema can have fields of these names but those of introspection; an alias or a fragment may be called anything.
      const isIntrospection = selection.name.value === '__schema' || selection.name.value === '__type';
      depth = Math.max(depth, isIntrospection ? 1 : below.depth + 1);
      introspectionDepth = Math.max(introspectionDepth, below.introspectionDepth, isIntrospection ? below.depth + 1 : 0);
      rootFields += 1;
      aliases += below.aliases + (selection.alias ? 1 : 0);
      selections += below.selections;
    }
    return { depth, introspectionDepth, aliases, rootFields, selections };
  }

  const sizes = operations.map(({ selectionSet }) => sizeOf(selectionSet));
  // Fragments that nothing uses are compared by validation all the same.
  for (const name of fragments.keys()) sizes.push({ ...fragmentSize(name), depth: 0, introspectionDepth: 0, rootFields: 0 });
  const most = (measure: keyof Size): number => Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, ...sizes.map((size) => size[measure])));
  let directives = 0;
  visit(document, { Directive: () => void (directives += 1) });
  return {
    depth: most('depth'),
    introspectionDepth: most('introspectionDepth'),
    aliases: most('aliases'),
    rootFields: most('rootFields'),
    selections: most('selections'),
    directives,
    definitions: document.definitions.length,
  };
}

/** Pure: the first limit that a document is above. */
export const excessOf = (size: DocumentSize, limits: Pick<Limits, Measure>): Measure | null =>
  measures.find((measure) => size[measure] > limits[measure]) ?? null;
