import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { type ForeignGateway, openForeign } from '../../../gateway/foreign/server.js';
import { closeServer } from '../../support/close-server.js';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])\n`;
const definitions = {
  books: `type Query { books: [Book] fails: String secret: String @authenticated }
    type Book @key(fields: "id") { id: ID! title: String }`,
  // A name that Tongdui uses for itself means nothing here.
  gateway: `type Book @key(fields: "id") { id: ID! stars: Int } type Query { who: String }`,
};
const resolvers = {
  books: {
    Query: {
      books: () => [{ id: '1', title: 'one' }],
      secret: () => 'secret',
      fails: () => {
        throw new Error('told to fail');
      },
    },
  },
  gateway: {
    Query: { who: (_: unknown, _args: unknown, { authorization }: { authorization?: string }) => authorization ?? 'nobody' },
    Book: { __resolveReference: ({ id }: { id: string }) => ({ id, stars: 5 }) },
  },
};

const servers: Server[] = [];
let paths: string[] = [];
let folder: string;
let file: string;
let sdl: string;
let gateway: ForeignGateway;
let url: string;

async function listen(handle: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function subgraph(name: keyof typeof definitions): Promise<string> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(link + definitions[name]), resolvers: resolvers[name] as never }]);
  return listen((request, response) => {
    void textOf(request).then(async (body) => {
      paths.push(`${name} ${request.url}`);
      const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
      const { authorization } = request.headers;
      response.end(JSON.stringify(await graphql({ schema, source: query, variableValues: variables, contextValue: { authorization } })));
    });
  });
}

const compose = (urls: Readonly<Record<string, string>>, more = ''): string => {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(definitions).map(([name, one]) => ({
      name,
      url: `${urls[name]}/deep/${name}?v=1`,
      typeDefs: parse(link + one + (name === 'books' ? more : '')),
    })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
};

let urls: Record<string, string>;
const level = process.env['TONGDUI_LOG'];
beforeAll(async () => {
  process.env['TONGDUI_LOG'] = 'silent';
  urls = { books: await subgraph('books'), gateway: await subgraph('gateway') };
  folder = await mkdtemp(join(tmpdir(), 'foreign-'));
  file = join(folder, 'supergraph.graphql');
  sdl = compose(urls);
  await writeFile(file, sdl);
  gateway = await openForeign({ file, undecided: 'open', executor: 'own' });
  url = await listen(gateway.handle);
});
afterAll(async () => {
  process.env['TONGDUI_LOG'] = level ?? '';
  if (level === undefined) delete process.env['TONGDUI_LOG'];
  await gateway.stop();
  for (const server of servers) await closeServer(server);
  await rm(folder, { recursive: true });
});

async function ask(query: string, headers: Record<string, string> = {}): Promise<{ data?: unknown; errors?: { message: string }[] }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data?: unknown };
}

/** A new version takes the old one's place at once, as deployments do it. */
async function replace(text: string): Promise<void> {
  await writeFile(`${file}.next`, text);
  await rename(`${file}.next`, file);
  await gateway.reload();
}

test('a graph of anybody’s is answered from the addresses in it', async () => {
  paths = [];
  for (let time = 0; time < 3; time += 1)
    expect(await ask('{ books { title stars } }')).toEqual({ data: { books: [{ title: 'one', stars: 5 }] } });
  expect(paths.slice(0, 2)).toEqual(['books /deep/books?v=1', 'gateway /deep/gateway?v=1']);
});

test('the authorization goes to the subgraphs as it came, each caller’s own', async () => {
  const said = await Promise.all(['Bearer a', 'Basic b', undefined].map((one) => ask('{ who }', one ? { authorization: one } : {})));
  expect(said.map(({ data }) => data)).toEqual([{ who: 'Bearer a' }, { who: 'Basic b' }, { who: 'nobody' }]);
});

test('errors are the subgraphs’ own, and what the supergraph closes stays closed', async () => {
  expect(await ask('{ fails books { id } }')).toMatchObject({
    data: { fails: null, books: [{ id: '1' }] },
    errors: [{ message: 'told to fail', path: ['fails'] }],
  });
  expect(await ask('{ secret }', { authorization: 'Bearer a' })).toMatchObject({ data: { secret: null } });
});

test('a graph with undecided fields is served only to those who say so', async () => {
  await expect(openForeign({ file, undecided: 'refused', executor: 'own' })).rejects.toThrow('No access decision for 6 fields');
});

test('a new supergraph takes over under load without one failed request; what is no supergraph is refused', async () => {
  const stopping = new AbortController();
  const wrong: unknown[] = [];
  let answered = 0;
  const meanwhile = async (): Promise<void> => {
    expect(await ask('{ added0 }')).toMatchObject({ errors: [{ message: expect.stringContaining('added0') }] });
    for (let round = 0; round < 3; round += 1) {
      await replace(compose(urls, `extend type Query { added${round}: Int }`));
      // The subgraph does not know it yet; the graph does.
      expect(await ask(`{ added${round} }`)).toMatchObject({ data: { [`added${round}`]: null } });
    }
    for (const bad of [
      '',
      'type Query {',
      'type Query { a: Int }',
      sdl.replaceAll('join__graph(', 'other('),
      sdl.slice(0, sdl.length / 2),
    ]) {
      await replace(bad);
      expect(await ask('{ added2 }')).toMatchObject({ data: { added2: null } });
    }
    await replace(sdl);
    expect(await ask('{ added2 }')).toMatchObject({ errors: [{ message: expect.stringContaining('added2') }] });
  };
  const caller = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const answer = await ask('{ books { title stars } }').catch((error: unknown) => error);
      answered += 1;
      if (JSON.stringify(answer) !== '{"data":{"books":[{"title":"one","stars":5}]}}') wrong.push(answer);
    }
  };
  const load = Array.from({ length: 8 }, caller);
  await meanwhile().finally(() => stopping.abort());
  await Promise.all(load);
  expect(wrong).toEqual([]);
  expect(answered).toBeGreaterThan(20);
});
