import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SubgraphRequest } from '../../schema/transport.js';
import { heldSupergraph } from './held-supergraphs.js';
import { madeUpSubgraphs } from './held-subgraphs.js';

/** How subgraphs answer: shortly, with nearly as much as is allowed, or with errors only. */
export type Manner = 'short' | 'long' | 'errors';

/** Every subgraph of one supergraph, in a process of its own: `node held-stub.js GRAPH`; tells its ports, and is told its manner. */
const maxBytes = 2_090_000;
const subgraphs = madeUpSubgraphs(heldSupergraph(process.argv[2] ?? '').gatewaySdl);
let manner: Manner = 'short';
process.on('message', (told) => {
  manner = told as Manner;
  process.send?.('heard');
});

function answerOf(subgraph: string, request: SubgraphRequest): string {
  // Nobody is suspended.
  if (request.query.includes('partnerStanding')) return '{"data":{"partnerStanding":[],"subjectStanding":[]}}';
  if (manner === 'errors')
    return JSON.stringify({
      data: null,
      errors: Array.from({ length: 20_000 }, (_, index) => ({
        message: `broken ${index}`,
        path: [`a${index}`, index, 'b', 'c'],
        extensions: { code: 'BAD_INPUT' },
      })),
    });
  for (let objects = manner === 'long' ? 16_000 : 1; ; objects = Math.floor(objects / 2)) {
    const text = subgraphs.answer(subgraph, request, objects);
    if (text.length < maxBytes || objects < 2) return text;
  }
}

const ports: Record<string, number> = {};
for (const name of subgraphs.names) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const answer = Buffer.from(answerOf(name, JSON.parse(Buffer.concat(chunks).toString()) as SubgraphRequest));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
      response.end(answer);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  ports[name] = (server.address() as AddressInfo).port;
}
process.send?.(ports);
