import { createServer, type Socket } from 'node:net';
import { graphql } from 'graphql';
import { subgraphNames, subgraphSchemas } from './gateway-data.js';

/**
 * Four subgraphs in one process, as cheap as can be, so that the gateway is what is measured: a body that was seen before is one look-up.
 * Arguments: the first of four ports.
 */
const first = Number(process.argv[2]);
const schemas = subgraphSchemas();
const answers = new Map<string, Buffer>();

const wire = (body: string): Buffer =>
  Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: keep-alive\r\n\r\n${body}`,
  );

async function answer(name: string, body: string): Promise<Buffer> {
  const schema = schemas.get(name);
  if (!schema) throw new Error(name);
  const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
  const made = wire(JSON.stringify(await graphql({ schema, source: query, variableValues: variables ?? {} })));
  if (answers.size > 5_000) answers.clear();
  answers.set(name + body, made);
  return made;
}

function serve(name: string, socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0);
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    let input = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (;;) {
      const headEnd = input.indexOf('\r\n\r\n');
      if (headEnd < 0) break;
      const head = input.toString('latin1', 0, headEnd);
      const length = /content-length: *(\d+)/i.exec(head)?.[1];
      if (length === undefined) throw new Error('the stub reads bodies of a known length only');
      const end = headEnd + 4 + Number(length);
      if (end > input.length) break;
      const body = input.toString('utf8', headEnd + 4, end);
      input = input.subarray(end);
      const known = answers.get(name + body);
      if (known && waiting === 0) {
        socket.write(known);
        continue;
      }
      waiting += 1;
      last = last.then(async () => {
        socket.write(known ?? (await answer(name, body)));
        waiting -= 1;
      });
    }
    rest = input;
  });
}

for (const [index, name] of subgraphNames.entries())
  createServer({ noDelay: true }, (socket) => serve(name, socket)).listen(first + index, '127.0.0.1');
