import { registerEnumType } from 'type-graphql';

/** A GraphQL enum out of its values and what each means; inside, a value is its own name. */
export function enumOf<V extends string>(name: string, description: string, values: Readonly<Record<V, string>>): { readonly [K in V]: K } {
  const enumeration = Object.fromEntries(Object.keys(values).map((value) => [value, value])) as { readonly [K in V]: K };
  const valuesConfig = Object.fromEntries(Object.entries<string>(values).map(([value, meaning]) => [value, { description: meaning }]));
  registerEnumType(enumeration, { name, description, valuesConfig: valuesConfig as never });
  return enumeration;
}
