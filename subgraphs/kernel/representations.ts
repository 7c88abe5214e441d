import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import { maxRepresentations } from '../../schema/transport.js';
import { badInput } from './errors.js';

/** Bounds what `_entities` is asked for, counted over all its aliases in a document, so that nobody walks through keys at a stroke. */
export function limitRepresentations(schema: GraphQLSchema): GraphQLSchema {
  const field = schema.getQueryType()?.getFields()['_entities'];
  if (!field) return schema;
  const resolve = field.resolve ?? defaultFieldResolver;
  const asked = new WeakMap<object, number>();
  field.resolve = (root, args: { representations: readonly unknown[] }, context: object, info) => {
    const count = (asked.get(context) ?? 0) + args.representations.length;
    asked.set(context, count);
    if (count > maxRepresentations)
      throw badInput(`At most ${maxRepresentations} representations are answered at once`, { argument: 'representations' });
    return resolve(root, args, context, info) as unknown;
  };
  return schema;
}
