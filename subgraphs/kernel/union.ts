import { createUnionType, type ClassType } from 'type-graphql';

/** A result union whose members are told apart by their class; build every answer with `as`. */
export const resultOf = <T extends readonly ClassType<object>[]>(name: string, description: string, ...types: T): InstanceType<T[number]> =>
  createUnionType({
    name,
    description,
    types: () => types as never,
    resolveType: (value: object) => value.constructor as never,
  }) as InstanceType<T[number]>;

/** A plain value as an instance of its GraphQL class, so that unions and interfaces can tell what it is. */
export const as = <T extends object>(type: ClassType<T>, value: T): T => Object.assign(Object.create(type.prototype as object) as T, value);
