import { jest } from '@jest/globals';
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { buildSchema, GraphQLError } from 'graphql';
import type { GatewayContext } from '../../gateway/context.js';
import { straight } from '../../gateway/straight.js';

/** How the request is to end. */
interface Asking {
  readonly way: string;
}

const said: string[] = [];
/** Says of every hook that it was called, and with what. */
const listening: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: ({ contextValue }) => {
    const { way } = contextValue as unknown as Asking;
    const say = (hook: string) => (given?: { errors?: readonly GraphQLError[] } | Error) => {
      const what = given instanceof Error ? given.message : given?.errors?.map(({ message }) => message).join();
      said.push(what ? `${hook}: ${what}` : hook);
      return Promise.resolve();
    };
    const listener = {
      didResolveSource: say('didResolveSource'),
      didResolveOperation(given: object) {
        if (way === 'refused') throw new GraphQLError('refused', { extensions: { code: 'NO', http: { status: 403 } } });
        return say('didResolveOperation')(given);
      },
      async responseForOperation() {
        await say('responseForOperation')();
        if (way !== 'given') return null;
        return {
          http: { status: 299, headers: new HeaderMap() },
          body: { kind: 'single' as const, singleResult: { data: { given: true } } },
        };
      },
      async executionDidStart() {
        await say('executionDidStart')();
        return { executionDidEnd: say('executionDidEnd') };
      },
      didEncounterErrors: say('didEncounterErrors'),
      willSendResponse: say('willSendResponse'),
    };
    return Promise.resolve(listener as never);
  },
};

const executor = ({ context: { way } }: { context: Asking }): Promise<object> => {
  if (way === 'thrown') return Promise.reject(new Error('thrown'));
  return Promise.resolve(way === 'in part' ? { data: { a: null }, errors: [new GraphQLError('in part')] } : { data: { a: 1 } });
};

function opened(): ApolloServer<GatewayContext> {
  const apiSchema = buildSchema('type Query { a: Int }');
  return new ApolloServer<GatewayContext>({
    gateway: {
      load: () => Promise.resolve({ executor: executor as never }),
      onSchemaLoadOrUpdate(told) {
        told({ apiSchema, coreSupergraphSdl: '' });
        return () => {};
      },
      stop: () => Promise.resolve(),
    },
    plugins: [ApolloServerPluginCacheControlDisabled(), listening],
    formatError: (formatted) => formatted,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
  });
}

test.each(['whole', 'in part', 'thrown', 'refused', 'given'])(
  'a plugin hears the same of a known document as of a new one, and so does the client: %s',
  async (way) => {
    const server = opened();
    const ask = straight(server);
    await server.start();
    const once = async (query: string, asking: Asking): Promise<object> => {
      said.length = 0;
      const { status, text } = await ask({ 'content-type': 'application/json' }, { query }, asking as never);
      return { said: [...said], status, answer: JSON.parse(text) as unknown };
    };
    await once('{ a }', { way: 'whole' });
    expect(ask.known()).toHaveLength(1);
    const heard = await once('{ a }', { way });
    expect(heard).toEqual(await once('{  a  }', { way }));
    expect(heard).toHaveProperty('said.0', 'didResolveSource');
    await server.stop();
  },
);

const asJson = 'application/json; charset=utf-8';
const asResponse = 'application/graphql-response+json; charset=utf-8';
test.each`
  accept                                                                     | contentType   | times
  ${undefined}                                                               | ${asJson}     | ${1}
  ${'*/*'}                                                                   | ${asJson}     | ${1}
  ${'application/graphql-response+json, application/json'}                   | ${asResponse} | ${1}
  ${'application/json;q=0.9, application/graphql-response+json, text/event'} | ${asResponse} | ${1}
  ${`application/json, ${'x'.repeat(200)}/y`}                                | ${asJson}     | ${3}
  ${'text/html'}                                                             | ${asJson}     | ${3}
`('what clients accept is negotiated once, unless it is long or refused: $accept', async ({ accept, contentType, times }) => {
  const server = opened();
  const ask = straight(server);
  await server.start();
  const negotiated = jest.spyOn(server, 'executeHTTPGraphQLRequest');
  for (let time = 0; time < 3; time += 1) {
    const headers = { 'content-type': 'application/json', ...(accept === undefined ? {} : { accept: accept as string }) };
    const answer = await ask(headers, { query: '{ a }' }, { way: 'whole' } as never);
    expect([answer.status, new Map(answer.headers).get('content-type')]).toEqual([accept === 'text/html' ? 406 : 200, contentType]);
  }
  expect(negotiated).toHaveBeenCalledTimes(times as number);
  await server.stop();
});
