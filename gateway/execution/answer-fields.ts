import type { FetchDataRewrite } from '@apollo/query-planner';
import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { isInherited } from './tree.js';

/** What a subgraph may answer under one name. Anything else in its answer is never looked at. */
export interface AnswerField {
  readonly from: string;
  /** Name in the merged answer; another one where the planner had to use an alias. */
  to: string;
  /** The name is also one of `Object.prototype`: only an own property counts. */
  readonly inherited: boolean;
  readonly below: readonly AnswerField[] | null;
}

/** Pure: the fields of a subgraph operation, all type conditions together; no two of them can differ in kind under one name. */
export function answerFields(operation: DocumentNode): readonly AnswerField[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of operation.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const root = operation.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return root ? fieldsOf([root.selectionSet], fragments) : [];
}

function fieldsOf(sets: readonly SelectionSetNode[], fragments: ReadonlyMap<string, FragmentDefinitionNode>): readonly AnswerField[] {
  const found = new Map<string, SelectionSetNode[]>();
  const collect = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) collect(fragments.get(selection.name.value)?.selectionSet);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else {
        const name = selection.alias?.value ?? selection.name.value;
        const below = found.get(name) ?? [];
        found.set(name, below);
        if (selection.selectionSet) below.push(selection.selectionSet);
      }
    }
  };
  for (const set of sets) collect(set);
  return [...found].map(([name, below]) => ({
    from: name,
    to: name,
    inherited: isInherited(name),
    below: below.length > 0 ? fieldsOf(below, fragments) : null,
  }));
}

/** The planner's aliases, put back into the names that the plan goes on with: alias -> name. Changes `fields`. */
export function renameFields(fields: readonly AnswerField[], rewrites: readonly FetchDataRewrite[]): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>();
  for (const rewrite of rewrites) {
    if (rewrite.kind !== 'KeyRenamer') throw new Error(`The planner rewrites answers by ${rewrite.kind}, which is not known here`);
    const names = rewrite.path.filter((part) => !part.startsWith('... on '));
    const last = names.pop();
    let level: readonly AnswerField[] | null = fields;
    for (const name of names) level = level?.find(({ from }) => from === name)?.below ?? null;
    const field = level?.find(({ from }) => from === last);
    if (!field) continue;
    field.to = rewrite.renameKeyTo;
    renamed.set(field.from, field.to);
  }
  return renamed;
}
