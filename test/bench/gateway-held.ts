import { type ChildProcess, fork } from 'node:child_process';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { getIntrospectionQuery } from 'graphql';
import { createLocalJWKSet } from 'jose';
import { createGateway } from '../../gateway/server.js';
import { httpTransport } from '../../schema/http-transport.js';
import type { Viewer } from '../../schema/viewer.js';
import { audience, issuer, jwks, tokenOf, unhurried } from '../support/graph.js';
import { testIds } from '../support/subgraph.js';
import { viewers } from '../support/viewers.js';
import { type HeldDocument, heldDocument } from './held-documents.js';
import { families } from './held-families.js';
import { type Meter, openMeter } from '../support/held-meter.js';
import { measured, type Stages, stages } from './held-stages.js';
import type { Manner } from './held-stub.js';
import { heldGraphs, heldSupergraph } from './held-supergraphs.js';

const seeds = Number(process.env['BENCH_SEEDS'] ?? 1_000);
const only = process.env['BENCH_ONLY'];
const shown = 8;

/**
 * `npm run bench -- gateway --held`: how long one request holds the event loop, by the processor's clock. Thousands of documents that pass
 * every limit, by form and by seed, stage by stage; the worst of them as whole requests, new and known, with short answers, answers of
 * 2 MB and 20,000 errors. Worst first.
 */
export async function held(): Promise<void> {
  process.env['TONGDUI_LOG'] ??= 'silent';
  const meter = openMeter();
  for (const name of heldGraphs.filter((name) => !only || name === only)) {
    const viewer = name === 'product' ? viewers.staff() : viewers.partner('telecom');
    const graph = await open(name, viewer, meter);
    try {
      const first = await graph.ask(`{ ${Array.from({ length: 20 }, (_, index) => `a${index}: __typename`).join(' ')} }`);
      console.log(`${name}: the first request of the process held ${ms(first.longest)} ms`);
      const { schema, stagesOf } = measured(heldSupergraph(name), viewer);
      const kindOf = (seed: number) => (seed % 5 === 0 && schema.getMutationType() ? 'mutation' : 'query');
      const documents = [...families(schema), ...Array.from({ length: seeds }, (_, seed) => heldDocument(schema, seed, kindOf(seed)))];
      const worst = worstOf(name, documents, stagesOf);
      console.log(`${name}: whole requests, the longest turn (all turns) in ms: new | known | new, 2 MB of each subgraph | known | errors`);
      const whole = [...worst, ...wide(documents), ...(name === 'product' ? special() : [])];
      const lines: { readonly text: string; readonly longest: number }[] = [];
      for (const document of whole) lines.push(await requests(graph, document));
      for (const { text } of lines.sort((a, b) => b.longest - a.longest)) console.log(`  ${text}`);
    } finally {
      await graph.stop();
    }
  }
  meter.stop();
}

/** The documents that take the longest in all and by each stage: measured once each, the worst three times more. */
function worstOf(name: string, documents: readonly HeldDocument[], stagesOf: (document: HeldDocument) => Stages | null): HeldDocument[] {
  const all = (took: Stages): number => stages.reduce((sum, stage) => sum + (took[stage] ?? 0), 0);
  const found = documents.flatMap((document) => {
    const took = stagesOf(document);
    return took ? [{ document, took }] : [];
  });
  const measures = [all, ...stages.map((stage) => (took: Stages) => took[stage] ?? 0)];
  const worst = new Set(measures.flatMap((by) => [...found].sort((a, b) => by(b.took) - by(a.took)).slice(0, 20)));
  const again = [...worst].map(({ document }) => {
    const runs = [1, 2, 3].flatMap(() => stagesOf(document) ?? []).sort((a, b) => all(a) - all(b));
    return { document, took: runs[1] ?? {} };
  });
  again.sort((a, b) => all(b.took) - all(a.took));
  console.log(`${name}: ${found.length} documents within the limits; ms of ${stages.join(', ')} with nothing known`);
  for (const { document, took } of again.slice(0, shown))
    console.log(`  ${ms(all(took))}  ${stages.map((stage) => ms(took[stage] ?? 0)).join(' ')}  ${document.what}`);
  return again.slice(0, shown).map(({ document }) => document);
}

/** Documents over all of the schema that read everything of what they meet: whose answers are large. */
function wide(documents: readonly HeldDocument[]): HeldDocument[] {
  const all = documents.filter(({ what }) => /^4 levels of .*, 30$/.test(what));
  return all.filter((_, index) => index % Math.ceil(all.length / 10) === 0);
}

/** What the gateway answers itself, and large variables. */
function special(): HeldDocument[] {
  const repeated = (count: number, write: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => write(index)).join(' ');
  const operation = `{ ${repeated(20, (index) => `a${index}: partner(id: "p${index}") { id name { zh en } programmes { id name { zh } issuer { id } } }`)} }`;
  const explained = { operation };
  return [
    { what: 'the introspection of tools', query: getIntrospectionQuery(), variables: {} },
    {
      what: '20 explanations',
      query: `query ($operation: String!) { ${repeated(20, (index) => `e${index}: explain(operation: $operation) { coordinate decision reason }`)} }`,
      variables: explained,
    },
    {
      what: '20 comparisons of 20 personas',
      query: `query ($operation: String!, $partners: [ID!]!) { ${repeated(20, (index) => `d${index}: personaDiff(operation: $operation, partners: $partners) { coordinate outcomes { persona decision } }`)} }`,
      variables: { ...explained, partners: Array.from({ length: 20 }, (_, index) => `p${index}`) },
    },
    {
      what: 'a list of 4,900 values',
      query: 'query ($operation: String!, $partners: [ID!]!) { personaDiff(operation: $operation, partners: $partners) { coordinate } }',
      variables: { ...explained, partners: Array.from({ length: 4_900 }, (_, index) => `p${index}`) },
    },
  ];
}

interface Turns {
  readonly longest: number;
  readonly all: number;
  readonly status: string;
  readonly bytes: number;
}
interface Graph {
  ask(query: string, variables?: HeldDocument['variables']): Promise<Turns>;
  answering(manner: Manner): Promise<void>;
  stop(): Promise<void>;
}

async function requests(graph: Graph, { what, query, variables }: HeldDocument): Promise<{ text: string; longest: number }> {
  const asked: Turns[] = [];
  for (const manner of ['short', 'long', 'errors'] as const) {
    await graph.answering(manner);
    // Another text is a new operation.
    for (let turn = manner === 'errors' ? 1 : 0; turn < 2; turn += 1) asked.push(await graph.ask(`${query}\n# ${manner}`, variables));
  }
  const longest = Math.max(...asked.map((one) => one.longest));
  const [, , large] = asked;
  return {
    longest,
    text: `${asked.map((one) => `${ms(one.longest)} (${ms(one.all)})`).join(' | ')}  ${large?.status}, ${Math.round((large?.bytes ?? 0) / 1_024)} KB  ${what}`,
  };
}

async function open(name: string, viewer: Viewer, meter: Meter): Promise<Graph> {
  const stub = fork(fileURLToPath(new URL('held-stub.js', import.meta.url)), [name]);
  const ports = (await heard(stub)) as Readonly<Record<string, number>>;
  const transport = httpTransport({
    urls: new Map(Object.entries(ports).map(([subgraph, port]) => [subgraph, `http://127.0.0.1:${port}`])),
    keys: [{ id: 'k1', secret: 'a secret of the bench, of no use elsewhere' }],
    readTimeoutMs: 60_000,
    writeTimeoutMs: 60_000,
  });
  const keys = createLocalJWKSet(await jwks());
  const composed = heldSupergraph(name);
  const subgraphs = name === 'product' ? ['ledger'] : [];
  const gateway = await createGateway({
    composed,
    transport,
    subgraphs,
    limits: unhurried,
    ids: testIds,
    tokens: { issuer, audience, keys },
  });
  const server = createServer(gateway.handle);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const token = await tokenOf(viewer);
  return {
    async ask(query, variables = {}) {
      const body = JSON.stringify({ query, variables });
      const head = `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json`;
      const wire = `${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
      await nextTurn();
      meter.take();
      const answer = await exchanged(port, wire);
      await nextTurn();
      return { ...meter.take(), status: answer.subarray(9, 12).toString(), bytes: answer.length };
    },
    async answering(manner) {
      const done = heard(stub);
      stub.send(manner);
      await done;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await gateway.stop();
      await transport.close();
      stub.kill();
    },
  };
}

const heard = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => void child.once('message', resolve));

const exchanged = (port: number, wire: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' }, () => void socket.write(wire));
    socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks)));
    socket.on('error', reject);
  });

const ms = (value: number): string => value.toFixed(0).padStart(3);
