import {
  type ApolloServer,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
  type GraphQLRequestExecutionListener,
  type GraphQLRequestListener,
  HeaderMap,
} from '@apollo/server';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { Recent } from '../schema/recent.js';
import { heldBytes } from './access/held-bytes.js';
import { Regulars } from './access/regulars.js';
import type { GatewayContext } from './context.js';

export interface Straight {
  /** Answers one request to one server; `headers` as Node gives them, `body` as it was parsed. */
  (headers: Readonly<Record<string, unknown>>, body: object, context: GatewayContext): Promise<StraightAnswer>;
  /** What has been asked lately. */
  known(): readonly { readonly text: string; readonly operationName?: string | undefined }[];
}

export interface StraightAnswer {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly text: string;
}

/** What Apollo Server has found out about a document that it let pass. */
interface Known {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly queryHash: string;
  readonly schema: GraphQLSchema;
  readonly text: string;
  readonly asked: string | undefined;
}

type Context = GraphQLRequestContext<GatewayContext>;
interface Result {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLError[];
}
/** The parts of a started server that this stands in for. */
interface Internals {
  readonly plugins: readonly ApolloServerPlugin<GatewayContext>[];
  readonly gatewayExecutor: (context: unknown) => Promise<Result>;
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
}

const maxKnown = 1_000;
const maxKnownBytes = 48 * 1_048_576;
/** Longer texts go Apollo's way every time, so that what is kept stays small. */
const maxTextLength = 16_384;
/** All that Apollo Server's own pipeline looks at. */
const headersForApollo = ['content-type', 'accept', 'apollo-require-preflight', 'x-apollo-operation-name'];
/** Clients of one kind all say the same of what they accept; a longer text is one of a kind. */
const maxAccepts = 100;
const maxAcceptLength = 200;

/**
 * Apollo Server parses, validates and hashes a document once; what it has let pass runs beside it from then on, through the same plugins,
 * the same executor and the same form of errors, but without negotiating again, hashing and a dozen promises for each request. Whatever is new,
 * long or unusual goes Apollo's way. To be called before the server is started.
 */
export function straight(server: ApolloServer<GatewayContext>): Straight {
  const known = new Regulars<Known>(maxKnown, maxKnownBytes);
  const recording = recorder(known);
  server.addPlugin(recording);
  const contentTypes = new Recent<string>(maxAccepts);
  let hooks: Internals | undefined;
  const ask = (headers: Readonly<Record<string, unknown>>, body: object, context: GatewayContext): Promise<StraightAnswer> => {
    const accept = acceptOf(headers);
    const asked = plainly(body);
    const found = asked && known.get(keyOf(asked.query, asked.operationName));
    const contentType = accept === null ? undefined : contentTypes.get(accept);
    if (!asked || !found || contentType === undefined) return byApollo(server, headers, body, context, learn(accept));
    hooks ??= hooksOf(server, recording);
    return run(hooks, contextOf(server, found, asked, context), contentType);
  };
  const learn = (accept: string | null) => (contentType: string | undefined) => {
    if (accept !== null && contentType !== undefined) contentTypes.set(accept, contentType);
  };
  return Object.assign(ask, {
    known: () => Array.from(known.values(), ({ text, asked }) => ({ text, operationName: asked })),
  });
}

interface Asked {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
}

/** What the client accepts, as it says it; null where it says that at length. */
function acceptOf({ accept = '' }: Readonly<Record<string, unknown>>): string | null {
  return typeof accept === 'string' && accept.length <= maxAcceptLength ? accept : null;
}

/** The request where there is nothing unusual about it. */
function plainly(body: object): Asked | null {
  const { query, operationName, variables, extensions } = body as Readonly<Record<string, unknown>>;
  if (typeof query !== 'string' || (extensions ?? null) !== null) return null;
  // What is no name names no operation, which Apollo says; and no text can be taken for a name with a text.
  if ((operationName ?? null) !== null && (typeof operationName !== 'string' || !isName.test(operationName))) return null;
  if ((variables ?? null) !== null && (typeof variables !== 'object' || Array.isArray(variables))) return null;
  return {
    query,
    ...(typeof operationName === 'string' ? { operationName } : {}),
    ...(variables ? { variables: variables as Record<string, unknown> } : {}),
  };
}

const isName = /^[_a-zA-Z][_a-zA-Z0-9]*$/;

const keyOf = (query: string, operationName: string | null | undefined): string => (operationName ? `${operationName}\n${query}` : query);

/**
 * Takes note of what has passed every check that does not depend on the single request, and was answered: what could not be planned is not
 * to be planned again by the next version.
 */
function recorder(known: Regulars<Known>): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart() {
      let passed: Known | undefined;
      return Promise.resolve({
        executionDidStart({ source, request: { operationName: asked }, document, operation, queryHash, schema }) {
          if (source.length <= maxTextLength) passed = { document, operation, queryHash, schema, text: source, asked };
          return Promise.resolve();
        },
        willSendResponse({ response: { body } }) {
          if (passed && body.kind === 'single' && body.singleResult.data !== undefined)
            known.set(keyOf(passed.text, passed.asked), passed, heldBytes(passed.document));
          return Promise.resolve();
        },
      });
    },
  };
}

function hooksOf(server: ApolloServer<GatewayContext>, recording: ApolloServerPlugin<GatewayContext>): Internals {
  const { plugins, gatewayExecutor, formatError } = server['internals'] as unknown as Internals;
  // What is known is not recorded again.
  return { plugins: plugins.filter((plugin) => plugin.requestDidStart && plugin !== recording), gatewayExecutor, formatError };
}

async function byApollo(
  server: ApolloServer<GatewayContext>,
  given: Readonly<Record<string, unknown>>,
  body: object,
  context: GatewayContext,
  learn: (contentType: string | undefined) => void,
): Promise<StraightAnswer> {
  const headers = new HeaderMap();
  for (const name of headersForApollo) {
    const value = given[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const answer = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body },
    context: () => Promise.resolve(context),
  });
  if (answer.body.kind !== 'complete') throw new Error('incremental answers are not offered');
  // What it negotiated; of a refusal it says nothing of the next one.
  if ((answer.status ?? 200) === 200) learn(answer.headers.get('content-type'));
  return { status: answer.status ?? 200, headers: answer.headers, text: answer.body.string };
}

function contextOf(server: ApolloServer<GatewayContext>, found: Known, asked: Asked, contextValue: GatewayContext): Context {
  const { document, operation, queryHash, schema } = found;
  return {
    logger: server.logger,
    cache: server.cache,
    schema,
    request: asked,
    response: { http: { status: undefined, headers: new HeaderMap() }, body: { kind: 'single', singleResult: {} } },
    contextValue,
    metrics: {},
    requestIsBatched: false,
    document,
    operation,
    operationName: operation.name?.value ?? null,
    queryHash,
    source: asked.query,
  } as unknown as Context;
}

async function run({ plugins, gatewayExecutor, formatError }: Internals, context: Context, contentType: string): Promise<StraightAnswer> {
  const listeners: GraphQLRequestListener<GatewayContext>[] = [];
  for (const plugin of plugins) {
    const listener = await plugin.requestDidStart?.(context);
    if (listener) listeners.push(listener);
  }
  let result: Result;
  let thrown = false;
  const { http } = context.response;
  try {
    for (const listener of listeners) if (listener.didResolveSource) await listener.didResolveSource(context as never);
    for (const listener of listeners) if (listener.didResolveOperation) await listener.didResolveOperation(context as never);
    for (const listener of listeners) {
      const answer = listener.responseForOperation && (await listener.responseForOperation(context as never));
      if (answer) return await sent(listeners, Object.assign(context, { response: answer }), contentType);
    }
    result = await executed(listeners, gatewayExecutor, context);
  } catch (error) {
    result = { errors: [asGraphQLError(error)] };
    thrown = true;
    await encountered(listeners, context, result);
  }
  if (result.errors) {
    const errors = result.errors.map((error) => formatted(error, http, formatError));
    if (thrown) http.status ??= 500;
    else if (result.data === undefined) http.status ??= 400;
    context.response.body = { kind: 'single', singleResult: result.data === undefined ? { errors } : { data: result.data, errors } };
  } else context.response.body = { kind: 'single', singleResult: { data: result.data ?? null } };
  return sent(listeners, context, contentType);
}

type Listeners = readonly GraphQLRequestListener<GatewayContext>[];

/** Where nobody watches the execution, it is only that. */
function executed(listeners: Listeners, execute: Internals['gatewayExecutor'], context: Context): Promise<Result> {
  const run = (): Promise<Result> => execute({ ...context, context: context.contextValue });
  return listeners.some((listener) => listener.executionDidStart ?? listener.didEncounterErrors) ? watched(listeners, run, context) : run();
}

async function watched(listeners: Listeners, run: () => Promise<Result>, context: Context): Promise<Result> {
  const watching: GraphQLRequestExecutionListener<GatewayContext>[] = [];
  for (const listener of listeners) {
    const begun = await listener.executionDidStart?.(context as never);
    if (begun) watching.unshift(begun);
  }
  const ended = async (error?: Error): Promise<void> => {
    for (const each of watching) await each.executionDidEnd?.(error);
  };
  try {
    const result = await run();
    await encountered(listeners, context, result);
    await ended();
    return result;
  } catch (error) {
    await ended(error as Error);
    throw error;
  }
}

async function encountered(listeners: Listeners, context: Context, { errors }: Result): Promise<void> {
  if (!errors) return;
  Object.assign(context, { errors });
  for (const listener of listeners) await listener.didEncounterErrors?.(context as never);
}

async function sent(listeners: Listeners, context: Context, contentType: string): Promise<StraightAnswer> {
  for (const listener of listeners) if (listener.willSendResponse) await listener.willSendResponse(context as never);
  const { http } = context.response;
  if (!http.headers.has('content-type')) http.headers.set('content-type', contentType);
  return { status: http.status ?? 200, headers: http.headers, text: textOf(context) };
}

function textOf({ response }: Context): string {
  if (response.body?.kind !== 'single') throw new Error('incremental answers are not offered');
  const { errors, data, extensions } = response.body.singleResult;
  return JSON.stringify({ errors, data, extensions });
}

const asGraphQLError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError(error instanceof Error ? error.message : String(error), {
        originalError: error instanceof Error ? error : undefined,
      });

/** As Apollo Server has it: what an error says of the HTTP answer goes there, and a variable that does not fit is the caller's mistake. */
function formatted(error: GraphQLError, http: Context['response']['http'], format: Internals['formatError']): GraphQLFormattedError {
  const { http: head, ...extensions } = error.extensions as Record<string, unknown> & {
    http?: { status?: number; headers?: ReadonlyMap<string, string> };
  };
  if (head?.status !== undefined) http.status = head.status;
  for (const [name, value] of head?.headers ?? []) http.headers.set(name, value);
  const code = extensions['code'] ?? (isBadVariable(error) ? 'BAD_USER_INPUT' : 'INTERNAL_SERVER_ERROR');
  return format({ ...error.toJSON(), extensions: { ...extensions, code } }, error);
}

const isBadVariable = ({ nodes, message }: GraphQLError): boolean =>
  nodes?.length === 1 && nodes[0]?.kind === Kind.VARIABLE_DEFINITION && message.startsWith('Variable "$');
