import {
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { AccessTable } from '../../schema/access.js';
import { decide } from '../../schema/decide.js';
import { scopesOfKind } from '../../schema/scopes.js';
import type { Viewer, ViewerKind } from '../../schema/viewer.js';
import { argumentsText, fieldText } from '../support/documents.js';

/** How one reaches the objects of a type: the words around a selection, and where its answer stands. */
export interface Path {
  readonly operation: 'query' | 'mutation';
  readonly names: readonly string[];
  around(selection: string): string;
}

type Field = GraphQLField<unknown, unknown>;
const fieldsOf = (type: GraphQLObjectType): readonly Field[] => Object.values(type.getFields());

/** The shortest way to each object type over fields that the table opens to the viewer; reads first, writes where no read leads there. */
export function pathsOf(schema: GraphQLSchema, table: AccessTable, viewer: Viewer): ReadonlyMap<string, Path> {
  const isOpen = (type: string, field: string): boolean => {
    const rule = table.get(`${type}.${field}`);
    return rule !== undefined && decide(rule, viewer) === null;
  };
  const paths = new Map<string, Path>();
  for (const [operation, root] of [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
  ] as const) {
    if (!root) continue;
    paths.set(root.name, { operation, names: [], around: (selection) => selection });
    const queue: GraphQLObjectType[] = [root];
    for (let type = queue.shift(); type; type = queue.shift()) {
      const path = paths.get(type.name) as Path;
      for (const field of fieldsOf(type).filter(({ name }) => isOpen(type.name, name))) {
        const target = getNamedType(field.type);
        const reached = isAbstractType(target) ? schema.getPossibleTypes(target) : isObjectType(target) ? [target] : [];
        for (const object of reached.filter(({ name }) => !paths.has(name))) {
          const inside = (selection: string): string => (isAbstractType(target) ? `... on ${object.name} { ${selection} }` : selection);
          const call = `${field.name}${argumentsText(field.args)}`;
          paths.set(object.name, {
            operation,
            names: [...path.names, field.name],
            around: (selection) => path.around(`${call} { ${inside(selection)} }`),
          });
          queue.push(object);
        }
      }
    }
  }
  return paths;
}

/** Every viewer of a kind with all scopes that it can have; a stranger is told what a member or a partner could be told. */
function strongest(kind: ViewerKind): readonly Viewer[] {
  const viewer: Viewer = { kind, sub: '', scopes: scopesOfKind[kind], language: 'en', traceId: '' };
  if (kind === 'anonymous') return [...strongest('member'), ...strongest('partner')];
  if (kind === 'partner') return [{ ...viewer, partner: 'own' }];
  if (kind === 'staff') return [viewer, { ...viewer, partner: 'own' }];
  return [viewer];
}

/** The coordinates whose names a kind of callers may know: what some token of it opens, and what leads to something that it may know. */
export function knownTo(schema: GraphQLSchema, table: AccessTable, kind: ViewerKind): ReadonlySet<string> {
  const viewers = strongest(kind);
  const objects = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'));
  const known = new Set<string>();
  for (const [coordinate, rule] of table) if (viewers.some((viewer) => decide(rule, viewer) === null)) known.add(coordinate);
  const hasKnown = (name: string): boolean => [...known].some((coordinate) => coordinate.startsWith(`${name}.`));
  for (let size = -1; size !== known.size;) {
    size = known.size;
    for (const type of objects as GraphQLObjectType[])
      for (const field of fieldsOf(type)) {
        const target = getNamedType(field.type);
        const behind = isAbstractType(target) ? schema.getPossibleTypes(target) : isObjectType(target) ? [target] : null;
        if (behind && !behind.some(({ name }) => hasKnown(name))) known.delete(`${type.name}.${field.name}`);
      }
  }
  return known;
}

/** One way of writing a field, with the name under which its answer stands; null where the type offers no such way. */
export type Way = (type: GraphQLObjectType, field: Field, alias: string) => { readonly text: string; readonly fragment?: string } | null;

const aliased = (field: Field, alias: string, directives?: string): string => `${alias}: ${fieldText(field, directives)}`;

/** Every way to write a field below its parent; `asked` tells whether the field is part of the operation at all. */
export const ways: Readonly<Record<string, { readonly asked: boolean; readonly write: Way }>> = {
  alias: { asked: true, write: (_type, field, alias) => ({ text: aliased(field, alias) }) },
  inline: { asked: true, write: (type, field, alias) => ({ text: `... on ${type.name} { ${aliased(field, alias)} }` }) },
  untyped: { asked: true, write: (_type, field, alias) => ({ text: `... { ... @include(if: true) { ${aliased(field, alias)} } }` }) },
  named: {
    asked: true,
    write: (type, field, alias) => ({
      text: `...F_${alias}`,
      fragment: `fragment F_${alias} on ${type.name} { ${aliased(field, alias)} }`,
    }),
  },
  interface: {
    asked: true,
    write: (type, field, alias) => {
      const parent = type.getInterfaces().find((candidate) => isInterfaceType(candidate) && candidate.getFields()[field.name]);
      return parent ? { text: `... on ${parent.name} { ${aliased(field, alias)} }` } : null;
    },
  },
  included: { asked: true, write: (_type, field, alias) => ({ text: aliased(field, alias, ' @include(if: $yes)') }) },
  skipped: { asked: false, write: (_type, field, alias) => ({ text: aliased(field, alias, ' @skip(if: $yes)') }) },
  left: { asked: false, write: (type, field, alias) => ({ text: `... on ${type.name} @include(if: $no) { ${aliased(field, alias)} }` }) },
};
