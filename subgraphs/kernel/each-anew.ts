import { defaultFieldResolver, type GraphQLSchema } from 'graphql';

/** What a request keeps of what it has read, and how it gets a new one of each. */
interface Renewed {
  readonly anew?: () => object;
}

/**
 * Fields of a mutation run one after the other, and each is to find what the ones before it have changed: what a request keeps of what it has
 * read ends with the field. Rejected: to clear what a write changes, which every write would have to know of every loader.
 */
export function eachAnew(schema: GraphQLSchema): GraphQLSchema {
  const begun = new WeakSet<object>();
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (source, args, context: Renewed, info) => {
      if (begun.has(context)) Object.assign(context, context.anew?.());
      begun.add(context);
      return resolve(source, args, context, info) as unknown;
    };
  }
  return schema;
}
