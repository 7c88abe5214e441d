import { type FieldNode, type GraphQLSchema, isInputObjectType, isInterfaceType, isObjectType, Kind, visit } from 'graphql';
import { requirementsIn } from './requirements.js';

/** The name of a client's field in the plan and in the merged answer. */
export interface PlannedNames {
  readonly of: (field: FieldNode) => string;
  /** The client's own name of it. */
  readonly back: (planned: string) => string;
}

/**
 * Pure: names under which what a client asks and what the planner asks beside it never meet. The planner fetches keys and what `@requires`
 * names under their own names, and takes a client's field of the same name for them, whatever it is: with `uid: ref`, the key `uid` was
 * answered instead of `ref`, though no client may see it; with `price: weight`, a duty was computed from the weight. So an alias that is
 * the name of any field of the supergraph has another one in the plan, as has a field that `@requires` asks with arguments.
 */
export function plannedNames(supergraph: GraphQLSchema): PlannedNames {
  const taken = new Set(['__typename']);
  const required = new Set<string>();
  for (const type of Object.values(supergraph.getTypeMap())) {
    if (isInputObjectType(type) || !(isObjectType(type) || isInterfaceType(type))) continue;
    for (const [name, field] of Object.entries(type.getFields())) {
      taken.add(name);
      for (const { document } of requirementsIn(field))
        visit(document, {
          Field: ({ name: { value }, arguments: given = [] }) => void (given.length > 0 && required.add(value)),
        });
    }
  }
  let prefix = 'as__';
  while ([...taken].some((name) => name.startsWith(prefix))) prefix = `_${prefix}`;
  return {
    of({ name: { value: name }, alias }) {
      const own = alias?.value ?? name;
      const isTaken = own === name ? required.has(name) : taken.has(own) || own.startsWith(prefix);
      return isTaken ? `${prefix}${own}` : own;
    },
    back: (planned) => (planned.startsWith(prefix) ? planned.slice(prefix.length) : planned),
  };
}

/** Pure: the same field under its planned name. */
export function asPlanned(field: FieldNode, names: PlannedNames): FieldNode {
  const planned = names.of(field);
  return planned === (field.alias?.value ?? field.name.value) ? field : { ...field, alias: { kind: Kind.NAME, value: planned } };
}
