import {
  getNamedType,
  type GraphQLFieldConfigMap,
  GraphQLInterfaceType,
  type GraphQLNamedType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLSchema,
  GraphQLUnionType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** Whether a field of an object type is there for somebody. */
export type Sees = (coordinate: string) => boolean;

/**
 * Pure: the schema with the fields that somebody can see, and nothing that only the others lead to. A field of an interface is
 * there where it is there on every object of the interface; a type without fields is gone, and so is what would return it.
 */
export function visibleSchema(schema: GraphQLSchema, sees: Sees): GraphQLSchema {
  const kept = keptFields(schema, sees);
  const reached = reachedTypes(schema, kept);
  const made = new Map<string, GraphQLNamedType>();
  const again = (type: GraphQLNamedType): GraphQLNamedType => made.get(type.name) ?? type;
  const wrapped = (type: GraphQLOutputType): GraphQLOutputType => {
    if (isNonNullType(type)) return new GraphQLNonNull(wrapped(type.ofType) as never);
    if (isListType(type)) return new GraphQLList(wrapped(type.ofType) as GraphQLOutputType);
    return again(type) as GraphQLOutputType;
  };
  const fieldsOf = (type: GraphQLObjectType | GraphQLInterfaceType) => (): GraphQLFieldConfigMap<unknown, unknown> =>
    Object.fromEntries(
      Object.entries(type.toConfig().fields)
        .filter(([name]) => kept.get(type.name)?.has(name))
        .map(([name, field]) => [name, { ...field, type: wrapped(field.type) }]),
    );
  const interfacesOf = (type: GraphQLObjectType | GraphQLInterfaceType) => (): GraphQLInterfaceType[] =>
    type
      .getInterfaces()
      .filter(({ name }) => reached.has(name))
      .map((parent) => again(parent) as GraphQLInterfaceType);

  for (const type of Object.values(schema.getTypeMap())) {
    if (!reached.has(type.name)) continue;
    if (isObjectType(type))
      made.set(type.name, new GraphQLObjectType({ ...type.toConfig(), fields: fieldsOf(type), interfaces: interfacesOf(type) }));
    else if (isInterfaceType(type))
      made.set(type.name, new GraphQLInterfaceType({ ...type.toConfig(), fields: fieldsOf(type), interfaces: interfacesOf(type) }));
    else if (isUnionType(type)) {
      const types = (): GraphQLObjectType[] =>
        type
          .getTypes()
          .filter(({ name }) => reached.has(name))
          .map((member) => again(member) as GraphQLObjectType);
      made.set(type.name, new GraphQLUnionType({ ...type.toConfig(), types }));
    }
  }
  const root = (type: GraphQLObjectType | null | undefined): GraphQLObjectType | undefined =>
    type && reached.has(type.name) ? (again(type) as GraphQLObjectType) : undefined;
  const query = schema.getQueryType();
  return new GraphQLSchema({
    // Somebody who sees no query at all still gets an answer, that there is none; a schema without Query would answer with an error.
    query: root(query) ?? new GraphQLObjectType({ name: query?.name ?? 'Query', fields: {} }),
    mutation: root(schema.getMutationType()),
    subscription: root(schema.getSubscriptionType()),
    types: [...reached].flatMap((name) => made.get(name) ?? []),
    directives: schema.getDirectives(),
    description: schema.description,
    assumeValid: true,
  });
}

type Kept = ReadonlyMap<string, ReadonlySet<string>>;

/** Fields per type that can be seen and lead to something that has fields. */
function keptFields(schema: GraphQLSchema, sees: Sees): Kept {
  const kept = new Map<string, Set<string>>();
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));
  for (const type of types) {
    if (isObjectType(type)) kept.set(type.name, new Set(Object.keys(type.getFields()).filter((name) => sees(`${type.name}.${name}`))));
    if (isInterfaceType(type)) kept.set(type.name, new Set(Object.keys(type.getFields())));
  }
  const isEmpty = (type: GraphQLNamedType): boolean =>
    isUnionType(type) ? type.getTypes().every(isEmpty) : (isObjectType(type) || isInterfaceType(type)) && kept.get(type.name)?.size === 0;
  for (let changed = true; changed;) {
    changed = false;
    for (const type of types) {
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      const fields = kept.get(type.name) as Set<string>;
      const objects = isInterfaceType(type) ? schema.getPossibleTypes(type) : [];
      for (const [name, field] of Object.entries(type.getFields())) {
        if (!fields.has(name)) continue;
        if (isEmpty(getNamedType(field.type)) || objects.some((object) => !kept.get(object.name)?.has(name))) changed = fields.delete(name);
      }
    }
  }
  return kept;
}

/** Types to which the kept fields lead from the roots. An object leads to its interfaces, an interface that is returned to its objects. */
function reachedTypes(schema: GraphQLSchema, kept: Kept): ReadonlySet<string> {
  const reached = new Set<string>();
  const returned = new Set<string>();
  const reach = (type: GraphQLNamedType): void => {
    if (kept.get(type.name)?.size === 0 || reached.has(type.name)) return;
    reached.add(type.name);
    if (isUnionType(type)) for (const member of type.getTypes()) reach(member);
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) reach(getNamedType(field.type));
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    for (const parent of type.getInterfaces()) reach(parent);
    for (const [name, field] of Object.entries(type.getFields())) {
      if (!kept.get(type.name)?.has(name)) continue;
      for (const argument of field.args) reach(getNamedType(argument.type));
      const inner = getNamedType(field.type);
      reach(inner);
      if (!isInterfaceType(inner) || returned.has(inner.name)) continue;
      returned.add(inner.name);
      for (const object of schema.getPossibleTypes(inner)) reach(object);
    }
  };
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) if (root) reach(root);
  return reached;
}
