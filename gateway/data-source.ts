import type { GraphQLDataSource } from '@apollo/gateway';
import { Kind, parse } from 'graphql';
import { codes } from '../schema/codes.js';
import { type SubgraphAnswer, type SubgraphError, type SubgraphRequest, type Transport, Unavailable } from '../schema/transport.js';
import { formProblem } from './answer-form.js';
import type { GatewayContext } from './context.js';
import { joinEntities, splitRepresentations } from './representations.js';

const maxNamedFailures = 100;

/** One subgraph as the planner's executor asks it. A subgraph out of reach costs its own fields, each named, and nothing else. */
export function dataSource(subgraph: string, transport: Transport): GraphQLDataSource<GatewayContext> {
  return {
    async process({ request, context }) {
      const call = { query: request.query ?? '', variables: request.variables, operationName: request.operationName };
      // Health checks and schema loading come without a viewer; they are not used here.
      if (!('viewer' in context)) return { data: null };
      const send = async (part: SubgraphRequest): Promise<SubgraphAnswer> => {
        try {
          const answer = await transport.send(subgraph, part, context.viewer);
          const problem = formProblem(answer, part);
          if (problem !== null) throw new Unavailable(subgraph, problem);
          return answer;
        } catch (error) {
          if (!(error instanceof Unavailable)) throw error;
          context.log.warn({ subgraph, reason: error.reason }, 'subgraph out of reach');
          return unavailable(part.query, part.variables);
        }
      };
      const parts = splitRepresentations(call);
      return joinEntities(parts, await Promise.all(parts.map(send))) as never;
    },
  };
}

const rootKeys = new Map<string, readonly string[]>();

/** The response names that a subquery asks at its root; kept per text, for the planner sends the same texts again and again. */
function rootKeysOf(query: string): readonly string[] {
  let keys = rootKeys.get(query);
  if (!keys) {
    const operation = parse(query, { noLocation: true }).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    keys = (operation?.selectionSet.selections ?? []).flatMap((selection) =>
      selection.kind === Kind.FIELD ? [selection.alias?.value ?? selection.name.value] : [],
    );
    if (rootKeys.size > 1_000) rootKeys.clear();
    rootKeys.set(query, keys);
  }
  return keys;
}

/** One error per root field or per entity that was asked for, so that every null in the answer has its reason. */
export function unavailable(query: string, variables: Readonly<Record<string, unknown>> | undefined): SubgraphAnswer {
  const failure = (path: readonly (string | number)[]): SubgraphError => ({
    message: codes.SUBGRAPH_UNAVAILABLE,
    path,
    extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
  });
  const representations = variables?.['representations'];
  const keys = rootKeysOf(query);
  if (keys.includes('_entities') && Array.isArray(representations)) {
    return { data: null, errors: representations.slice(0, maxNamedFailures).map((_, index) => failure(['_entities', index])) };
  }
  return { data: null, errors: keys.map((key) => failure([key])) };
}
