import { type GraphQLCompositeType, type GraphQLSchema, getNamedType, isAbstractType, isCompositeType, isInterfaceType } from 'graphql';
import { called, fieldsOf, isLeaf, wordsIn } from './held-calls.js';
import type { HeldDocument } from './held-documents.js';

/** What is asked of the fields of a wide type. */
const introspected = [
  ['fields', 'fields { name description isDeprecated deprecationReason args { name description defaultValue } type { kind name } }'],
  ['fields of fields', 'fields { type { fields { name description isDeprecated deprecationReason type { kind name } args { name } } } }'],
] as const;

const leavesOf = (type: GraphQLCompositeType): readonly string[] => [
  '__typename',
  ...fieldsOf(type)
    .filter(isLeaf)
    .map((field) => called(field)),
];
const times = (count: number, write: (index: number) => string): string =>
  Array.from({ length: Math.max(0, count) }, (_, index) => write(index)).join(' ');
const within = (way: readonly string[], body: string): string =>
  `{ ${way.map((step) => `${step} { `).join('')}${body}${' }'.repeat(way.length)} }`;

/**
 * Pure: for every type of the schema the documents that are dear by their form: one field again and again, with arguments and selections
 * to compare; fragments that all compare with each other; every object of an interface or union; everything that can be reached.
 */
export function* families(schema: GraphQLSchema): Generator<HeldDocument> {
  const document = (what: string, query: string): HeldDocument => ({ what, query, variables: {} });
  for (const of of [schema.getQueryType(), schema.getMutationType()])
    for (const [what, each] of introspected)
      for (const aliases of [4, 10, 29])
        if (of)
          yield document(
            `${what} of ${of.name}, ${aliases}`,
            `{ __type(name: "${of.name}") { ${times(aliases, (index) => `a${index}: ${each}`)} } }`,
          );
  for (const [name, way] of ways(schema)) {
    const levels = way.filter((step) => !step.startsWith('...')).length;
    if (levels > 6 || way.length === 0) continue;
    const type = schema.getType(name) as GraphQLCompositeType;
    const leaves = leavesOf(type);
    yield document(
      `one leaf of ${name}`,
      within(
        way,
        times(490 - way.length, () => leaves.at(-1) as string),
      ),
    );
    const longest = fieldsOf(type)
      .filter((field) => !isLeaf(field))
      .sort((a, b) => called(b).length - called(a).length)[0];
    if (longest) {
      const below = leavesOf(getNamedType(longest.type) as GraphQLCompositeType);
      const one = (index: number): string => `${called(longest)} { ${below[index % below.length]} }`;
      yield document(`one field of ${name}`, within(way, times(Math.min(240, Math.floor(1_300 / wordsIn(one(0)))), one)));
      const each = Math.max(1, Math.min(4, Math.floor(24 / wordsIn(one(0)))));
      const fragments = times(45, (index) => `fragment F${index} on ${name} { ${times(each, (place) => one(index + place))} }`);
      yield document(
        `one field of ${name}, in fragments`,
        `${within(
          way,
          times(45, (index) => `...F${index}`),
        )} ${fragments}`,
      );
    }
    if (isAbstractType(type)) yield* abstract(schema, type, (what, body) => document(`${what} ${name}`, within(way, body)));
    for (const leaf of [1, 3, 30])
      for (const depth of [2, 4, 12 - levels])
        yield document(`${depth} levels of ${name}, ${leaf}`, within(way, grown(schema, type, depth, { left: 330 }, leaf).slice(1, -1)));
    const [first, ...others] = way;
    const body = grown(schema, type, 3, { left: 20 }, 4).slice(1, -1);
    const rest = `${others.map((step) => `${step} { `).join('')}${body}${' }'.repeat(others.length)}`;
    yield document(`20 times ${name}`, `{ ${times(20, (index) => `a${index}: ${first} { ${rest} }`)} }`);
  }
}

function* abstract(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  document: (what: string, body: string) => HeldDocument,
): Generator<HeldDocument> {
  const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  const objectAt = (index: number): string => objects[index % objects.length]?.name ?? type.name;
  yield document(
    'all objects of',
    times(Math.min(120, objects.length), (index) => `... on ${objectAt(index)} { __typename }`),
  );
  for (const one of Object.values(schema.getTypeMap())) {
    if (!isInterfaceType(one) || !schema.getPossibleTypes(one).some((object) => objects.includes(object))) continue;
    const leaves = leavesOf(one);
    const leaf = (index: number): string => leaves[index % leaves.length] as string;
    yield document(
      `${one.name} in`,
      times(160, (index) => `... on ${one.name} { ${leaf(index)} }`),
    );
    yield document(
      `${one.name} in itself, in`,
      times(8, (index) => `${`... on ${one.name} { `.repeat(40)}${leaf(index)}${' }'.repeat(40)}`),
    );
    yield document(
      `${one.name} in objects of`,
      times(60, (index) => `... on ${one.name} { ... on ${objectAt(index)} { ... on ${one.name} { ${leaf(index)} } } }`),
    );
  }
}

/** The shortest way to every type that has fields. */
function ways(schema: GraphQLSchema): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const root = schema.getQueryType();
  let next: (readonly [GraphQLCompositeType, readonly string[]])[] = root ? [[root, []]] : [];
  while (next.length > 0) {
    const later: typeof next = [];
    const reach = (type: GraphQLCompositeType, way: readonly string[]): void => {
      if (found.has(type.name)) return;
      found.set(type.name, way);
      later.push([type, way]);
    };
    for (const [type, way] of next) {
      for (const field of fieldsOf(type)) {
        const inner = getNamedType(field.type);
        if (isCompositeType(inner)) reach(inner, [...way, called(field)]);
      }
      if (isAbstractType(type)) for (const one of schema.getPossibleTypes(type)) reach(one, [...way, `... on ${one.name}`]);
    }
    next = later;
  }
  return found;
}

/** Everything that can be reached from a type, as far as there is room. */
function grown(schema: GraphQLSchema, type: GraphQLCompositeType, depth: number, room: { left: number }, leaves: number): string {
  const parts: string[] = [];
  for (const leaf of leavesOf(type).slice(0, leaves)) if (room.left-- > 0) parts.push(leaf);
  const further = (head: string, inner: GraphQLCompositeType, levels: number): void => {
    if (room.left < 4) return;
    room.left -= 1;
    parts.push(`${head} ${grown(schema, inner, levels, room, leaves)}`);
  };
  if (isAbstractType(type)) for (const one of schema.getPossibleTypes(type)) further(`... on ${one.name}`, one, depth);
  for (const field of depth > 1 ? fieldsOf(type) : []) {
    const inner = getNamedType(field.type);
    if (isCompositeType(inner)) further(called(field), inner, depth - 1);
  }
  return `{ ${parts.length > 0 ? parts.join(' ') : '__typename'} }`;
}
