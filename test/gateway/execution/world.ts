import { createHash } from 'node:crypto';
import {
  type GraphQLFieldResolver,
  GraphQLError,
  type GraphQLOutputType,
  type GraphQLTypeResolver,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql';

/**
 * Data without a database: what a field says follows from a seed, the object and the arguments alone. So every subgraph that can answer a
 * field says the same, and so does a single schema with all types, which is what the federated answer is compared with.
 */
export interface WorldOptions {
  readonly seed: number;
  /** Of 1,000: nullable values that are null; fields that fail; values that are null although they must not be. */
  readonly nulls: number;
  readonly failures: number;
  readonly wrongNulls: number;
}

/** What a field with `@requires` reads: names, each with its arguments or with what is below. */
export interface Needs {
  readonly [name: string]: { readonly args?: Readonly<Record<string, unknown>>; readonly below?: Needs };
}

export interface Nature {
  /** Object type -> the entity interface whose members it shares. */
  readonly groups?: Readonly<Record<string, { readonly name: string; readonly members: readonly string[] }>>;
  /** `Type.field` -> what it is worked out from. */
  readonly needs?: Readonly<Record<string, Needs>>;
}

export interface Thing {
  readonly __typename: string;
  readonly $: string;
  /** What the gateway said about it. */
  readonly said?: Readonly<Record<string, unknown>>;
}

const ids = ['0', '1', '2', '3', '4', '5'];
export const skuOf = (id: string): string => `sku-${id}`;

export class World {
  constructor(
    readonly options: WorldOptions,
    readonly nature: Nature,
  ) {}

  private roll(...parts: readonly unknown[]): number {
    return createHash('sha1')
      .update(JSON.stringify([this.options.seed, ...parts]))
      .digest()
      .readUInt32BE(0);
  }

  private groupOf(typename: string): string {
    return this.nature.groups?.[typename]?.name ?? typename;
  }

  /** Raw value of a field as a resolver gives it back. */
  value(thing: Thing | undefined, rootType: string, field: string, type: GraphQLOutputType, args: unknown, possible: Possible): unknown {
    const group = thing ? this.groupOf(thing.__typename) : rootType;
    const key = thing?.$ ?? '';
    const place = [group, key, field, args];
    const identity = this.identityOf(group, key, field);
    if (identity !== undefined) return identity;
    if (this.roll('fails', ...place) % 1_000 < this.options.failures)
      throw new GraphQLError(`no ${group}.${key}.${field}`, { extensions: { code: 'BAD_INPUT' } });
    const needs = thing && this.nature.needs?.[`${thing.__typename}.${field}`];
    if (needs) return `${field} of ${JSON.stringify(thing.said ? this.told(thing.said, needs) : this.known(thing, needs))}`;
    return this.ofType(type, place, possible, field === 'children' ? 2 : 4);
  }

  private identityOf(group: string, key: string, field: string): unknown {
    if (field === 'id' && group !== 'Query') return key;
    if (field === 'sku') return skuOf(key);
    if (group === 'Seat' && field === 'row') return Number(key.split('/')[1]);
    if (group === 'Seat' && field === 'hall') return { __typename: 'Hall', $: key.split('/')[0] };
    return undefined;
  }

  private ofType(type: GraphQLOutputType, place: readonly unknown[], possible: Possible, most: number): unknown {
    const nullable = !isNonNullType(type);
    const share = nullable ? this.options.nulls : this.options.wrongNulls;
    if (this.roll('null', ...place) % 1_000 < share) return null;
    const inner = isNonNullType(type) ? (type.ofType as GraphQLOutputType) : type;
    const roll = this.roll('value', ...place);
    if (isListType(inner))
      return Array.from({ length: roll % most }, (_, index) =>
        this.ofType(inner.ofType as GraphQLOutputType, [...place, index], possible, most),
      );
    if (isEnumType(inner)) return (inner.getValues()[roll % inner.getValues().length] as { value: unknown }).value;
    if (isScalarType(inner)) return this.scalar(inner.name, roll);
    return this.thing((inner as { name: string }).name, isObjectType(inner), roll, place, possible);
  }

  private scalar(name: string, roll: number): unknown {
    if (name === 'Int') return roll % 3 === 0 ? 0 : roll % 1_000;
    if (name === 'Float') return (roll % 1_000) / 8;
    if (name === 'Boolean') return roll % 2 === 0;
    if (name === 'JSON') return { roll: roll % 10, nested: [{ constructor: 'x' }] };
    return roll % 5 === 0 ? '' : `text ${roll % 1_000}`;
  }

  private thing(name: string, concrete: boolean, roll: number, place: readonly unknown[], possible: Possible): Thing {
    const own = this.nature.groups?.[name];
    const members = own?.members ?? Object.values(this.nature.groups ?? {}).find((group) => group.name === name)?.members;
    if (members) {
      const memberOf = (id: string): string => members[Number(id) % members.length] as string;
      const fitting = concrete && own && own.name !== name ? ids.filter((id) => memberOf(id) === name) : ids;
      const id = fitting[roll % fitting.length] as string;
      return { __typename: concrete ? name : memberOf(id), $: id };
    }
    const names = concrete ? [name] : [...possible(name)].sort();
    const typename = names[roll % names.length] as string;
    if (!concrete && this.nature.groups?.[typename]) return this.thing(typename, true, roll >>> 3, place, possible);
    if (typename === 'Seat') return { __typename: typename, $: `${roll % 3}/${roll % 5}` };
    // What is no entity belongs to the one place where it stands.
    return {
      __typename: typename,
      $: typename.startsWith('Value') ? JSON.stringify(place.slice(0, -1)) + String(roll % 3) : (ids[roll % ids.length] as string),
    };
  }

  /** What a single schema finds for itself, where a subgraph is told. */
  private known(thing: Thing, needs: Needs): unknown {
    return Object.fromEntries(
      Object.entries(needs).map(([name, { args = {}, below }]) => {
        const type = this.typeOf?.(thing.__typename, name) as GraphQLOutputType;
        const value = this.value(thing, 'Query', name, type, args, this.possible as Possible);
        return [name, below && value !== null ? this.known(value as Thing, below) : value];
      }),
    );
  }

  private told(said: Readonly<Record<string, unknown>>, needs: Needs): unknown {
    return Object.fromEntries(
      Object.entries(needs).map(([name, { below }]) => {
        const value = said[name];
        return [name, below && typeof value === 'object' && value !== null ? this.told(value as Record<string, unknown>, below) : value];
      }),
    );
  }

  /** Set where the whole schema is known. */
  typeOf?: (typename: string, field: string) => GraphQLOutputType;
  possible?: Possible;

  readonly fieldResolver: GraphQLFieldResolver<unknown, unknown> = (source, args, _context, info) =>
    this.value(source as Thing | undefined, info.parentType.name, info.fieldName, info.returnType, args, (name) => {
      const type = info.schema.getType(name);
      return isAbstractType(type) ? info.schema.getPossibleTypes(type).map((one) => one.name) : [name];
    });

  readonly typeResolver: GraphQLTypeResolver<unknown, unknown> = (value) => (value as Thing).__typename;

  /** An entity out of what the gateway says of it, by whichever key; as the object it is, where an interface names it. */
  entity(said: Readonly<Record<string, unknown>>, isInterface: boolean): Thing | null {
    let typename = String(said['__typename']);
    const { id, sku, row, hall } = said as { id?: string; sku?: string; row?: number; hall?: { id: string } };
    const key = id ?? (sku === undefined ? undefined : sku.slice('sku-'.length)) ?? (hall ? `${hall.id}/${row}` : undefined);
    // Some plans of the planner lose a key on the way; nobody is found then, be it ours or Apollo's executor that runs them.
    if (key === undefined) return null;
    const members = this.nature.groups?.[typename]?.members;
    if (isInterface && members) typename = members[Number(key) % members.length] as string;
    return { __typename: typename, $: key, said };
  }
}

type Possible = (name: string) => readonly string[];
