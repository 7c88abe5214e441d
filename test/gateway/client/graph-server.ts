import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getDirectiveValues, graphql, GraphQLError, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import type { Answer } from '../../../gateway/client/ask.js';

/** What goes wrong with a request: nothing, the connection before or after the work, or a whole answer in its place. */
export type Fault = 'cut-before' | 'cut-after' | Answer | null;

export interface GraphServer {
  readonly url: string;
  readonly requests: { token: string | null; query: string; key: string | null }[];
  close(): Promise<void>;
}

/** A small real GraphQL server over HTTP, so that documents are validated against a schema and lost connections are really lost. */
export async function serveGraph(
  schema: GraphQLSchema,
  rootValue: unknown,
  fault: (request: number) => Fault = () => null,
): Promise<GraphServer> {
  const requests: GraphServer['requests'] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const { query, variables } = JSON.parse(await read(request)) as { query: string; variables?: Record<string, unknown> };
      const token = request.headers.authorization?.replace('Bearer ', '') ?? null;
      const number = requests.push({ token, query, key: (request.headers['idempotency-key'] as string | undefined) ?? null });
      const wrong = fault(number);
      if (wrong === 'cut-before') return request.socket.destroy();
      const answer =
        wrong === null || wrong === 'cut-after'
          ? await graphql({ schema, source: query, rootValue, variableValues: variables ?? {}, contextValue: { token } })
          : wrong;
      if (wrong === 'cut-after') return request.socket.destroy();
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The promise of every write: same key and body, same answer; another body, a conflict. Refusals are remembered like anything else. */
export class Memory {
  readonly #answers = new Map<string, { body: string; answer: object }>();

  once<T extends object>(info: GraphQLResolveInfo, principal: string, body: unknown, work: () => T): T & { replayed: boolean } {
    const directive = info.schema.getDirective('idempotent');
    const node = info.fieldNodes[0];
    const key = directive && node ? (getDirectiveValues(directive, node, info.variableValues)?.['key'] as string | undefined) : undefined;
    if (key === undefined || !/^[\x21-\x7e]{1,200}$/.test(key)) throw new GraphQLError('bad key', { extensions: { code: 'BAD_INPUT' } });
    const text = JSON.stringify(body);
    const known = this.#answers.get(`${principal} ${key}`);
    if (known && known.body !== text) throw new GraphQLError('The key was used before', { extensions: { code: 'IDEMPOTENCY_CONFLICT' } });
    if (known) return { ...(known.answer as T), replayed: true };
    const answer = work();
    this.#answers.set(`${principal} ${key}`, { body: text, answer });
    return { ...answer, replayed: (answer as { replayed?: boolean }).replayed ?? false };
  }
}
