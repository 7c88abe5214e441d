import {
  assertValidSchema,
  type GraphQLAbstractType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isWrappingType,
  type OperationTypeNode,
} from 'graphql';

/** A field or a value of an enum, by what is looked at before anybody waits for it: by its deprecation, or to write a default value down. */
interface Part {
  readonly name: string;
  readonly deprecationReason?: string | null | undefined;
  readonly type?: GraphQLType | undefined;
  readonly value?: unknown;
}

const typesPerTurn = 4;
const partsPerTurn = 40;

/**
 * The same schema, which tells of its types, and of the fields and values of each, a few in each turn of the event loop: all of them at once
 * would keep everybody else waiting.
 */
export function inTurns(schema: GraphQLSchema): GraphQLSchema {
  // Known from then on; what is told in turns could not be looked through.
  assertValidSchema(schema);
  const known = new Map<GraphQLType, GraphQLType>();
  const part = paced(partsPerTurn);
  const told = <T extends GraphQLType>(type: T): T => {
    let found = known.get(type);
    if (!found) known.set(type, (found = isWrappingType(type) ? wrapping(type) : named(type as GraphQLNamedType)));
    return found as T;
  };
  const wrapping = (type: GraphQLType & { readonly ofType: GraphQLType }): GraphQLType =>
    Object.create(type, { ofType: { get: () => told(type.ofType) } }) as GraphQLType;
  const named = (type: GraphQLNamedType): GraphQLNamedType => {
    // Whoever runs the document compares these with its own.
    if (type.name.startsWith('__')) return type;
    if (isEnumType(type)) return over(type, { getValues: () => type.getValues().map(later) });
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return type;
    let fields: (readonly [string, Part])[] | undefined;
    const fieldsOf = (): object => {
      fields ??= Object.entries<Part & { readonly type: GraphQLType }>(type.getFields()).map(([name, field]) => [
        name,
        over(field, { type: told(field.type) }),
      ]);
      return Object.fromEntries(fields.map(([name, field]) => [name, later(field)]));
    };
    if (isInputObjectType(type)) return over(type, { getFields: fieldsOf });
    return over(type, { getFields: fieldsOf, getInterfaces: () => type.getInterfaces().map(told) });
  };
  const later = (value: Part): Later => new Later(value, part());
  const types = (): ReturnType<GraphQLSchema['getTypeMap']> => {
    const turn = paced(typesPerTurn);
    const all = Object.entries(schema.getTypeMap()).map(([name, type]) => [name, turn().then(() => told(type))]);
    return Object.fromEntries(all) as ReturnType<GraphQLSchema['getTypeMap']>;
  };
  const maybe = <T extends GraphQLType>(type: T | null | undefined): T | null | undefined => type && told(type);
  return over(schema, {
    getTypeMap: types,
    getPossibleTypes: (type: GraphQLAbstractType) => schema.getPossibleTypes(type).map(told),
    // Whoever asks for one type by its name gets it at once.
    getType: (name: string) => maybe(schema.getType(name)),
    getQueryType: () => maybe(schema.getQueryType()),
    getMutationType: () => maybe(schema.getMutationType()),
    getSubscriptionType: () => maybe(schema.getSubscriptionType()),
    getRootType: (operation: OperationTypeNode) => maybe(schema.getRootType(operation)),
  });
}

/** A part whose turn comes later: what is looked at before is there at once. */
class Later implements Part, PromiseLike<Part> {
  readonly name: string;
  readonly deprecationReason: Part['deprecationReason'];
  readonly type: Part['type'];
  readonly value: unknown;
  constructor(
    private readonly part: Part,
    private readonly turn: Promise<void>,
  ) {
    ({ name: this.name, deprecationReason: this.deprecationReason, type: this.type, value: this.value } = part);
  }

  // oxlint-disable-next-line unicorn/no-thenable -- to be waited for is what it is for
  then<A = Part, B = never>(
    resolve?: ((value: Part) => A | PromiseLike<A>) | null,
    reject?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.turn.then(() => this.part).then(resolve, reject);
  }
}

/** The same object but for some of its properties. */
const over = <T extends object>(value: T, properties: object): T =>
  Object.create(
    value,
    Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, { value: property, enumerable: true }])),
  ) as T;

/** The turn in which the next one is to be told: so many in each. */
function paced(perTurn: number): () => Promise<void> {
  let turn: Promise<void> = Promise.resolve();
  let count = 0;
  return () => {
    if (count > 0 && count % perTurn === 0) turn = turn.then(() => new Promise((resolve) => void setImmediate(resolve)));
    count += 1;
    return turn;
  };
}
