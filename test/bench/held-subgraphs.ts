import { Supergraph } from '@apollo/federation-internals';
import {
  executeSync,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isScalarType,
  parse,
} from 'graphql';
import type { SubgraphRequest } from '../../schema/transport.js';

/** Answers of made up subgraphs as text: objects of every type, in lists of 20 until there are as many as is said. */
export interface MadeUp {
  readonly names: readonly string[];
  answer(subgraph: string, request: SubgraphRequest, objects: number): string;
}

export function madeUpSubgraphs(supergraphSdl: string): MadeUp {
  const schemas = new Map<string, GraphQLSchema>();
  for (const { name, schema } of Supergraph.build(supergraphSdl).subgraphs())
    schemas.set(name, schema.toGraphQLJSSchema({ includeDefer: false }));
  return {
    names: [...schemas.keys()],
    answer(subgraph, { query, variables }, objects) {
      const schema = schemas.get(subgraph);
      if (!schema) throw new Error(`There is no ${subgraph}`);
      let names = 0;
      let left = objects;
      const lengthOfNext = (): number => {
        const length = left > 0 ? Math.min(20, left) : 1;
        left -= length;
        return length;
      };
      const valueOf = (type: GraphQLOutputType): unknown => {
        if (isNonNullType(type)) return valueOf(type.ofType);
        if (isListType(type)) return Array.from({ length: lengthOfNext() }, () => valueOf(type.ofType));
        if (isEnumType(type)) return type.getValues()[0]?.value;
        if (isScalarType(type))
          return type.name === 'Int' || type.name === 'Float' ? (names += 1) : type.name === 'Boolean' ? true : `m${(names += 1)}`;
        return { __typename: isAbstractType(type) ? possible(schema, type.name, (names += 1)) : (type as { name: string }).name };
      };
      const answer = executeSync({
        schema,
        document: parse(query, { noLocation: true }),
        variableValues: variables ?? {},
        typeResolver: (value) => (value as { __typename: string }).__typename,
        fieldResolver: (_source, args, _context, { fieldName, returnType }) =>
          fieldName === '_entities'
            ? (args as { representations: { __typename: string }[] }).representations.map(({ __typename }) => ({
                __typename: concrete(schema, __typename),
              }))
            : valueOf(returnType),
      });
      if (answer.errors) throw new Error(`${subgraph}: ${answer.errors[0]?.message} in ${query}`);
      return JSON.stringify(answer);
    },
  };
}

function possible(schema: GraphQLSchema, name: string, turn: number): string {
  const type = schema.getType(name);
  const all = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  return all[turn % all.length]?.name ?? name;
}
const concrete = (schema: GraphQLSchema, name: string): string => possible(schema, name, 0);
