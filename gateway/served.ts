import { ApolloServer, type ApolloServerOptions } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { type DefinitionNode, GraphQLError, Kind, OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';
import { codes } from '../schema/codes.js';
import { type Limits, usualLimits } from '../schema/limits.js';
import { principalOf } from '../schema/viewer.js';
import type { Gate } from './access/gate.js';
import type { GatewayContext } from './context.js';
import { documentStore } from './document-store.js';
import { present } from './errors.js';
import type { Audience } from './introspection/audience.js';
import { pricePlugin, type Prices } from './limits/plugin.js';

export interface ServedOptions {
  readonly prices?: Prices;
  readonly limits?: Pick<Limits, 'tokens' | 'selections'>;
  /** Hears of the errors of each answer that has any, by their codes, and whether there was an answer at all. */
  readonly failed?: ((codes: readonly unknown[], isAnswered: boolean) => void) | undefined;
  /** What becomes of errors; masked unless said otherwise. */
  readonly formatError?: NonNullable<ApolloServerOptions<GatewayContext>['formatError']>;
}

const isWrite = (definition: DefinitionNode): boolean =>
  definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION;

/**
 * The server for one kind of callers. Each kind validates against the schema that it may know, so that a name hidden from it is
 * refused by the very same code as a name that does not exist.
 */
export function serverFor(
  audience: Audience,
  gate: Pick<Gate, 'servedTo'>,
  log: Logger,
  { prices, limits = usualLimits, failed, formatError }: ServedOptions = {},
): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    gateway: gate.servedTo(audience),
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    maxRecursiveSelections: limits.selections,
    parseOptions: { maxTokens: limits.tokens },
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    documentStore: documentStore(),
    stopOnTerminationSignals: false,
    logger: {
      debug: () => {},
      info: () => {},
      warn: (message: unknown) => log.warn(message),
      error: (message: unknown) => log.error(message),
    },
    formatError:
      formatError ?? ((formatted, error) => present(formatted, error, (id, cause) => log.error({ err: cause, id }, 'masked error'))),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      {
        requestDidStart: () =>
          Promise.resolve({
            // Apollo's gateway path answers 500 where the operation name names nothing.
            didResolveOperation: ({ operation, schema, contextValue }) => {
              // And for an operation of a kind that there is not: validation lets `subscription` pass where nothing can be subscribed to. What can be has another way in.
              const problem = !operation
                ? 'The document has no operation of that name'
                : operation.operation === OperationTypeNode.SUBSCRIPTION || !schema.getRootType(operation.operation)
                  ? `There is no ${operation.operation} here`
                  : null;
              if (problem !== null) throw new GraphQLError(problem, { extensions: { code: 'BAD_INPUT', http: { status: 400 } } });
              if (operation?.operation === OperationTypeNode.MUTATION && contextValue.standingKnown === false)
                throw new GraphQLError(codes.SUBGRAPH_UNAVAILABLE, { extensions: { code: 'SUBGRAPH_UNAVAILABLE', http: { status: 503 } } });
              return Promise.resolve();
            },
            // The planner's own remarks about nulls name nothing that `errors` does not.
            willSendResponse: ({ response, document, operation, contextValue: { viewer } }) => {
              if (response.body.kind !== 'single') return Promise.resolve();
              const { singleResult } = response.body;
              delete singleResult.extensions;
              // Who only supervises knows no write by name, and is told why: the same of a write that there is and of one that there is not.
              if (viewer.kind === 'regulator' && document?.definitions.some(isWrite)) {
                response.http.status = 200;
                response.body.singleResult = {
                  data: null,
                  errors: [{ message: codes.FORBIDDEN_OPERATION, extensions: { code: 'FORBIDDEN_OPERATION' } }],
                };
                failed?.(['FORBIDDEN_OPERATION'], false);
                return Promise.resolve();
              }
              if (singleResult.errors)
                failed?.(
                  singleResult.errors.map(({ extensions }) => extensions?.['code']),
                  (singleResult.data ?? null) !== null,
                );
              // No subgraph hears of a write that is refused here, so none could write it down.
              const isRefused = singleResult.errors?.some(({ extensions }) => extensions?.['code'] === 'FORBIDDEN_OPERATION');
              if (isRefused && viewer.kind === 'staff' && operation?.operation === OperationTypeNode.MUTATION)
                log.warn(
                  { actor: principalOf(viewer), needs: singleResult.errors?.map(({ extensions }) => extensions?.['needs']) },
                  'a write of staff was refused',
                );
              return Promise.resolve();
            },
          }),
      },
      ...(prices ? [pricePlugin(prices)] : []),
    ],
  });
}
