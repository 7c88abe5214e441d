import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  getNamedType,
  type GraphQLInputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

export interface RandomOperation {
  readonly text: string;
  readonly variables: Record<string, unknown>;
}

/** Numbers out of a seed. */
export function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/** An operation that fits the schema, with aliases, fragments, arguments, variables and conditions. */
export function randomOperation(schema: GraphQLSchema, seed: number, kind: 'query' | 'mutation' = 'query', depth = 3): RandomOperation {
  const roll = dice(seed);
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const fragments: string[] = [];
  let names = 0;

  const variable = (type: string, value: unknown, fallback?: string): string => {
    const name = `v${(names += 1)}`;
    declared.push(`$${name}: ${type}${fallback === undefined ? '' : ` = ${fallback}`}`);
    if (fallback === undefined || roll(2) === 0) variables[name] = value;
    return `$${name}`;
  };
  const condition = (): string => {
    if (roll(8) > 0) return '';
    const which = roll(2) === 0 ? 'skip' : 'include';
    if (roll(4) === 0) return ` @${which}(if: ${roll(2) === 0})`;
    return ` @${which}(if: ${variable('Boolean!', roll(2) === 0, roll(2) === 0 ? String(roll(2) === 0) : undefined)})`;
  };
  const literal = (type: GraphQLInputType): string => {
    if (isNonNullType(type)) return literal(type.ofType as GraphQLInputType);
    if (isListType(type)) return `[${literal(type.ofType as GraphQLInputType)}]`;
    if (isEnumType(type)) return (type.getValues()[roll(type.getValues().length)] as { name: string }).name;
    if (isInputObjectType(type))
      return `{ ${Object.values(type.getFields())
        .filter((field) => field.defaultValue === undefined)
        .map((field) => `${field.name}: ${literal(field.type)}`)
        .join(', ')} }`;
    if (type.name === 'Int') return String(1 + roll(3));
    return type.name === 'ID' ? `"${roll(4)}"` : type.name === 'Boolean' ? String(roll(2) === 0) : `"s${roll(3)}"`;
  };
  const argument = ({ name, type }: GraphQLArgument): string => {
    const text = literal(type);
    const plain =
      isLeafType(getNamedType(type)) && !isListType(isNonNullType(type) ? type.ofType : type) && !isEnumType(getNamedType(type));
    return `${name}: ${plain && roll(2) === 0 ? variable(String(type), JSON.parse(text)) : text}`;
  };
  const fieldText = (field: GraphQLField<unknown, unknown>, depth: number): string => {
    const given = field.args.filter(({ type, defaultValue }) => (isNonNullType(type) && defaultValue === undefined) || roll(2) === 0);
    const args = given.length > 0 ? `(${given.map(argument).join(', ')})` : '';
    const alias = args !== '' || roll(5) === 0 ? `a${(names += 1)}: ` : '';
    const type = getNamedType(field.type);
    const below = isCompositeType(type) ? ` ${selection(type, depth - 1)}` : '';
    return `${alias}${field.name}${args}${condition()}${below}`;
  };
  const fragmentOn = (type: GraphQLCompositeType, depth: number): string => {
    const text = selection(type, depth);
    if (roll(3) > 0) return `... on ${type.name}${condition()} ${text}`;
    const name = `F${(names += 1)}`;
    fragments.push(`fragment ${name} on ${type.name} ${text}`);
    return `...${name}${condition()}`;
  };
  const selection = (type: GraphQLCompositeType, depth: number): string => {
    const parts: string[] = [];
    if (isObjectType(type) || isInterfaceType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => depth > 0 || isLeafType(getNamedType(field.type)));
      for (let count = 1 + roll(3); count > 0 && fields.length > 0; count -= 1)
        parts.push(fieldText(fields.splice(roll(fields.length), 1)[0] as GraphQLField<unknown, unknown>, depth));
      if (roll(8) === 0 && depth > 0) parts.push(fragmentOn(type, depth - 1));
    }
    if (isAbstractType(type)) {
      const within = [...schema.getPossibleTypes(type), ...(isInterfaceType(type) ? schema.getImplementations(type).interfaces : [])];
      for (const one of within) if (roll(2) > 0) parts.push(fragmentOn(one, depth));
    }
    if (parts.length === 0 || roll(4) === 0) parts.push(roll(4) === 0 ? `t${(names += 1)}: __typename` : '__typename');
    return `{ ${parts.join(' ')} }`;
  };

  const root = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  if (!root) throw new Error(`the schema has no ${kind}`);
  const body = selection(root, depth);
  return { text: `${kind} Random${declared.length > 0 ? `(${declared.join(', ')})` : ''} ${body}\n${fragments.join('\n')}`, variables };
}
