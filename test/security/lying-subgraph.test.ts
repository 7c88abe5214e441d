import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpTransport } from '../../schema/http-transport.js';
import type { SubgraphRequest } from '../../schema/transport.js';
import { closeServer } from '../support/graph.js';
import { openMeter } from '../support/held-meter.js';
import { lying, openSmallGraph, type SmallGraph } from './small-graph.js';

/** What a subgraph says that is broken, taken over, or another program on its port: it costs its own fields and nothing else. */
let said: (subgraph: string, request: SubgraphRequest) => unknown;
let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph(lying((subgraph, request) => said(subgraph, request)));
});
afterAll(() => graph.close());

const document = '{ thing { id name count note } }';
const honest = () => ({ data: { thing: { __typename: 'Thing', id: '1', name: 'one', count: 1 } } });
const notes = (answer: unknown) => (subgraph: string) => (subgraph === 'things' ? honest() : answer);

test.each`
  what                             | answer
  ${'nothing'}                     | ${undefined}
  ${'null'}                        | ${null}
  ${'a number'}                    | ${7}
  ${'a list'}                      | ${[1, 2]}
  ${'no data'}                     | ${{}}
  ${'data of no shape'}            | ${{ data: 7 }}
  ${'entities that are no list'}   | ${{ data: { _entities: { note: 'x' } } }}
  ${'too few entities'}            | ${{ data: { _entities: [] } }}
  ${'too many entities'}           | ${{ data: { _entities: [{ note: 'a' }, { note: 'b' }] } }}
  ${'an entity that is a number'}  | ${{ data: { _entities: [7] } }}
  ${'an object for a text'}        | ${{ data: { _entities: [{ __typename: 'Thing', note: { secret: 'deep' } }] } }}
  ${'errors that are no list'}     | ${{ data: { _entities: [null] }, errors: 'broken' }}
  ${'an error that is null'}       | ${{ data: { _entities: [null] }, errors: [null] }}
  ${'neither data nor errors'}     | ${{ data: null, errors: [] }}
  ${'an error with an odd path'}   | ${{ data: { _entities: [null] }, errors: [{ message: 'm', path: 'x' }] }}
  ${'an error with its internals'} | ${{ data: { _entities: [null] }, errors: [{ message: 'at /srv/secret.ts:1 password=hunter2', path: ['_entities', 0], extensions: { code: 'X', stacktrace: ['secret'], url: 'http://10.0.0.1' } }] }}
`('$what from one subgraph: the other one is still served, and nothing of it leaks', async ({ what, answer }) => {
  said = notes(answer);
  const { status, data, errors } = await graph.ask(document);
  expect(status).toBe(200);
  const text = JSON.stringify({ data, errors });
  expect(text).not.toMatch(/secret|hunter2|10\.0\.0\.1|TypeError|Cannot read|node_modules/);
  expect(data).toEqual({ thing: { id: '1', name: 'one', count: 1, note: null } });
  const code = what === 'an error with its internals' ? 'INTERNAL' : 'SUBGRAPH_UNAVAILABLE';
  expect(errors).toMatchObject([{ path: ['thing', 'note'].slice(0, errors?.[0]?.path?.length), extensions: { code } }]);
  said = notes({ data: { _entities: [{ __typename: 'Thing', note: 'fine' }] } });
  expect((await graph.ask(document)).data).toEqual({ thing: { id: '1', name: 'one', count: 1, note: 'fine' } });
});

test.each([
  ['of the root', 'things', ['thing']],
  ['further down', 'notes', ['thing', 'note']],
])('a subgraph %s that refuses the whole document costs its places', async (_where, which, path) => {
  const refusal = { errors: [{ message: 'A part of the graph could not be reached', extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] };
  said = (subgraph) => (subgraph === which ? refusal : honest());
  const { data, errors } = await graph.ask(document);
  expect(data).toEqual({ thing: which === 'things' ? null : { id: '1', name: 'one', count: 1, note: null } });
  expect(errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
  expect(errors?.[0]?.path ?? []).toEqual(path.slice(0, errors?.[0]?.path?.length ?? 0));
});

describe('by Apollo’s executor', () => {
  let other: SmallGraph;
  beforeAll(async () => {
    other = await openSmallGraph(
      lying((subgraph, request) => said(subgraph, request)),
      { executor: 'apollo' },
    );
  });
  afterAll(() => other.close());
  const note = (value: unknown) => ({ data: { _entities: [{ __typename: 'Thing', note: value }] } });
  const without = {
    status: 200,
    data: { thing: { id: '1', name: 'one', count: 1, note: null } },
    errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  };
  /** A null without its reason. */
  const silent = { status: 200, data: without.data };
  const whole = { status: 200, data: { thing: { id: '1', name: 'one', count: 1, note: 'fine' } } };

  test.each`
    what                  | answer                         | own        | apollo
    ${'a note'}           | ${note('fine')}                | ${whole}   | ${whole}
    ${'a number'}         | ${7}                           | ${without} | ${without}
    ${'no data'}          | ${{}}                          | ${without} | ${without}
    ${'too few entities'} | ${{ data: { _entities: [] } }} | ${without} | ${without}
    ${'an object'}        | ${note({ secret: 'deep' })}    | ${without} | ${silent}
  `('$what from one subgraph, beside ours', async ({ answer, own, apollo }) => {
    said = notes(answer);
    expect(await graph.ask(document)).toMatchObject(own as object);
    const answered = await other.ask(document);
    expect(answered).toMatchObject(apollo as object);
    expect(answered.errors !== undefined).toBe('errors' in (apollo as object));
    expect(JSON.stringify(answered)).not.toContain('secret');
  });

  test('conditions are left to the planner and the subgraphs', async () => {
    let queries: string[] = [];
    said = (_subgraph, { query }) => {
      queries.push(query);
      return honest();
    };
    const sentBy = async ({ ask }: SmallGraph): Promise<string> => {
      queries = [];
      await ask('query ($all: Boolean!) { thing { id name @include(if: $all) } }', { all: false });
      return queries.join();
    };
    expect(await sentBy(graph)).not.toContain('@include');
    expect(await sentBy(other)).toContain('@include');
  });
});

const mebibyte = 1_048_576;
test.each`
  things          | also                | code
  ${3 * mebibyte} | ${3 * mebibyte}     | ${undefined}
  ${3 * mebibyte} | ${3 * mebibyte + 1} | ${'SUBGRAPH_UNAVAILABLE'}
  ${0}            | ${6 * mebibyte + 1} | ${'SUBGRAPH_UNAVAILABLE'}
`('answers of $things and $also bytes to one request: 6 MB are read', async ({ things, also, code }) => {
  said = (subgraph) =>
    subgraph === 'things'
      ? { ...honest(), bytes: things as number }
      : { data: { _entities: [{ __typename: 'Thing', note: 'fine' }] }, bytes: also as number };
  for (let turn = 0; turn < 2; turn += 1) {
    const { status, data, errors } = await graph.ask(document);
    expect(status).toBe(200);
    expect(data).toEqual({ thing: { id: '1', name: 'one', count: 1, note: code === undefined ? 'fine' : null } });
    if (code === undefined) expect(errors).toBeUndefined();
    else expect(errors).toMatchObject([{ path: ['thing'], extensions: { code } }]);
  }
});

test.each(['__proto__', 'constructor', 'prototype'])('%s in an answer reaches no prototype (rows 1 to 3)', async (name) => {
  const poison = JSON.parse(
    `{"data":{"thing":{"__typename":"Thing","id":"1","name":"one","${name}":{"polluted":"yes","prototype":{"polluted":"yes"}}},"${name}":{"polluted":"yes"}}}`,
  ) as object;
  const poisonNotes = JSON.parse(
    `{"data":{"_entities":[{"__typename":"Thing","note":"n","${name}":{"polluted":"yes","prototype":{"polluted":"yes"}}}]}}`,
  ) as object;
  said = (subgraph) => (subgraph === 'things' ? poison : poisonNotes);
  const { data } = await graph.ask('{ thing { id name note } }');
  expect(data).toEqual({ thing: { id: '1', name: 'one', note: 'n' } });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect((Object as unknown as Record<string, unknown>)['polluted']).toBeUndefined();
  expect((() => {}) as unknown as Record<string, unknown>).not.toHaveProperty('polluted');
});

describe('over the wire', () => {
  let behave: (request: IncomingMessage, response: ServerResponse) => void;
  let server: Server;
  let wired: SmallGraph;
  let close: () => Promise<void>;
  beforeAll(async () => {
    server = createServer((request, response) => behave(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const transport = httpTransport({
      urls: new Map([
        ['things', url],
        ['notes', url],
      ]),
      keys: [{ id: 'now', secret: 'a'.repeat(32) }],
      readTimeoutMs: 500,
    });
    wired = await openSmallGraph(transport);
    close = () => transport.close();
  });
  afterAll(async () => {
    await wired.close();
    server.closeAllConnections();
    await close();
    await closeServer(server);
  });

  /** As much as the reader takes, up to 300 MB. */
  const endless = (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const chunk = Buffer.alloc(1_048_576, ' ');
    let sent = 0;
    const more = (): void => {
      while (sent < 300 && !response.destroyed) {
        sent += 1;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  };

  test.each`
    what                      | how
    ${'no JSON'}              | ${(_: IncomingMessage, response: ServerResponse) => response.end('<html>hello</html>')}
    ${'half an answer'}       | ${(_: IncomingMessage, response: ServerResponse) => response.end('{"data": {"thing": ')}
    ${'a text'}               | ${(_: IncomingMessage, response: ServerResponse) => response.end('"hello"')}
    ${'null'}                 | ${(_: IncomingMessage, response: ServerResponse) => response.end('null')}
    ${'status 500'}           | ${(_: IncomingMessage, response: ServerResponse) => response.writeHead(500).end('{"data":{"thing":{"id":"1"}}}')}
    ${'a redirect elsewhere'} | ${(_: IncomingMessage, response: ServerResponse) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end()}
    ${'a closed connection'}  | ${(request: IncomingMessage) => request.socket.destroy()}
    ${'nothing, for ever'}    | ${() => {}}
    ${'a part, then nothing'} | ${(_: IncomingMessage, response: ServerResponse) => response.write('{"data":')}
    ${'300 megabytes'}        | ${endless}
  `('$what is out of reach within its time, and the process stays small', async ({ what, how }) => {
    behave = how as typeof behave;
    const before = process.memoryUsage().rss;
    const started = performance.now();
    const meter = openMeter();
    const { status, data, errors } = await wired.ask('{ thing { id } }');
    const heldMs = Math.round(meter.take().longest);
    meter.stop();
    process.stderr.write(`${what as string}: event loop held ${heldMs} ms at the most\n`);
    expect({ status, data }).toEqual({ status: 200, data: { thing: null } });
    expect(errors).toEqual([{ message: expect.any(String), path: ['thing'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
    expect(performance.now() - started).toBeLessThan(15_000);
    // The liar is in this process too.
    expect(heldMs).toBeLessThan(250);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1_048_576);
  });
});
