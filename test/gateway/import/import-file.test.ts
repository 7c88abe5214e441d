import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnsecuredJWT } from 'jose';
import { graphClient } from '../../../gateway/client/ask.js';
import { importFile, type ImportSettings } from '../../../gateway/import/import-file.js';
import type { Fault } from '../client/graph-server.js';
import { type AccrueServer, serveAccrue } from './accrue-server.js';

const header = 'member,purchase_ref,sku,category,amount_fen,cash_fen,at';
const good = (count: number, from = 1): string[] =>
  Array.from({ length: count }, (_, index) => `M-${index % 7},p-${index + from},sku,daily,${(index + from) * 100},,`);
const hasty = { attempts: 4, firstWaitMs: 1, maxWaitMs: 2 };

let folder: string;
let server: AccrueServer;
let fault: (request: number) => Fault;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
  fault = () => null;
  server = await serveAccrue((request) => fault(request));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function run(lines: readonly string[], settings: Partial<ImportSettings> = {}, end = '\n') {
  const file = join(folder, 'purchases.csv');
  await writeFile(file, lines.join(end) + end);
  const client = graphClient(server.url);
  try {
    const base = { file, ask: client.ask, token: 't', partner: 'telecom', batch: { size: 5 }, parallel: 4, patience: hasty, run: 'run1' };
    const { summary, rejected } = await importFile({ ...base, ...settings });
    return { summary, rejected: await readFile(rejected, 'utf8').catch(() => null) };
  } finally {
    await client.close();
  }
}

test('a clean file with a byte order mark and CRLF is taken whole, several lines in a document; a second run changes nothing', async () => {
  const lines = [`\uFEFF${header}`, ...good(23), '"M-1",p-100,"sku, with comma",,1999,999,2026-11-21T18:00:00+08:00'];
  const first = await run(lines, {}, '\r\n');
  const points = (23 * 24) / 2 + 19;
  expect(first).toEqual({
    summary: { lines: 24, accrued: 24, present: 0, rejected: 0, accruedPoints: points, presentPoints: 0 },
    rejected: null,
  });
  expect(server.requests.length).toBe(5);
  expect(server.purchases.get('p-100')).toEqual({
    points: 19,
    lines: [{ sku: 'sku, with comma', fen: 1999, cashFen: 999 }],
    at: '2026-11-21T18:00:00+08:00',
  });
  expect((await run(lines)).summary).toMatchObject({ accrued: 0, present: 24, rejected: 0, presentPoints: points });
  expect(server.purchases.size).toBe(24);
});

test('bad lines are reported with their number and reason, formulas are neutralised, and the rest is taken', async () => {
  server.ruleless.add('gift');
  const { summary, rejected } = await run([
    header,
    ...good(3),
    'M-1,p-50,sku,daily,-100,,',
    'M-1,p-51,sku,daily,10.50,,',
    'M-1,p-52,sku,daily,100',
    'X-9,p-53,sku,daily,100,,',
    'M-1,p-54,sku,gift,100,,',
    '=cmd(),p-55,@sku,daily,100,,',
    'M-1,p-56,"sku,daily,100,,',
    '',
    'M-1,p-2,sku,daily,999,,',
  ]);
  expect(summary).toEqual({ lines: 11, accrued: 3, present: 0, rejected: 8, accruedPoints: 6, presentPoints: 0 });
  expect(rejected?.trim().split('\n')).toEqual([
    `${header},line,reason`,
    "M-1,p-50,sku,daily,'-100,,,5,amount_fen is negative",
    'M-1,p-51,sku,daily,10.50,,,6,amount_fen is not a whole number of fen: 10.50',
    'M-1,p-52,sku,daily,100,,,7,has 5 columns instead of 7',
    'X-9,p-53,sku,daily,100,,,8,There is no such member (NOT_ENROLLED)',
    'M-1,p-54,sku,gift,100,,,9,No rule fits (RULE_MISSING)',
    "'=cmd(),p-55,'@sku,daily,100,,,10,There is no such member (NOT_ENROLLED)",
    '"M-1,p-56,""sku,daily,100,,",,,,,,,11,a quotation mark is opened and not closed on this line',
    'M-1,p-2,sku,daily,999,,,13,"purchase_ref is recorded already, with other goods or amounts"',
  ]);
});

test('a refusal is not remembered for ever: once its reason is gone, the file of rejected lines can be imported', async () => {
  server.ruleless.add('gift');
  const first = await run([header, 'M-1,p-1,sku,gift,100,,', 'M-1,p-2,sku,gift,200,,']);
  expect(first.summary).toMatchObject({ accrued: 0, rejected: 2 });
  server.ruleless.clear();
  const again = await run((first.rejected ?? '').trim().split('\n'), { run: 'run2' });
  expect(again).toMatchObject({ summary: { accrued: 2, rejected: 0, accruedPoints: 3 }, rejected: null });
});

test.each<[string, (request: number) => Fault]>([
  ['the connection breaks before the work', (request) => (request % 2 === 1 ? 'cut-before' : null)],
  ['the connection breaks after the work', (request) => (request % 2 === 1 ? 'cut-after' : null)],
  [
    'a part of the graph is unavailable',
    (request) =>
      request % 3 === 1 ? { data: null, errors: [{ message: 'x', path: ['w0'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] } : null,
  ],
])('%s: sent again under the same key, nothing lost and nothing twice', async (_, broken) => {
  fault = broken;
  const { summary } = await run([header, ...good(40)]);
  expect({ ...summary, accrued: summary.accrued + summary.present }).toMatchObject({ lines: 40, accrued: 40, rejected: 0 });
  expect(server.purchases.size).toBe(40);
});

test('one line that fails takes no other line of its document with it', async () => {
  fault = (request) =>
    request === 1 ? { data: null, errors: [{ message: 'Something went wrong', path: ['w1'], extensions: { code: 'INTERNAL' } }] } : null;
  const { summary, rejected } = await run([header, ...good(5)]);
  expect(summary).toMatchObject({ accrued: 4, rejected: 1 });
  expect(rejected).toContain('M-1,p-2,sku,daily,200,,,3,Something went wrong (INTERNAL)');
});

test('a document that is too costly as a whole is sent in halves', async () => {
  const answer: Fault = { errors: [{ message: 'too large', extensions: { code: 'OPERATION_TOO_COSTLY' } }] };
  fault = (request) => (server.requests[request - 1]?.query.includes('w4') ? answer : null);
  expect((await run([header, ...good(32, 20)], { batch: { size: 8 }, parallel: 1 })).summary).toMatchObject({ accrued: 32, rejected: 0 });
  expect(server.requests.length).toBe(1 + 32 / 4); // learnt once
  fault = () => answer;
  await expect(run([header, ...good(8)], { batch: { size: 8 } })).rejects.toThrow(
    'The graph takes no line: too large (OPERATION_TOO_COSTLY)',
  );
});

test.each<[string, Fault, string]>([
  [
    'a token that is not taken',
    { errors: [{ message: 'no', extensions: { code: 'UNAUTHENTICATED' } }] },
    'The graph takes no line: no (UNAUTHENTICATED)',
  ],
  ['a graph that stays away', 'cut-before', 'The graph does not answer; run the same command again later'],
])('%s ends it with a sentence', async (_, wrong, sentence) => {
  fault = () => wrong;
  await expect(run([header, ...good(9)])).rejects.toThrow(sentence);
});

test.each([
  ['M-1,p-1,sku,daily,100,,', 'The first line is not a header'],
  [`${header},note`, 'unknown column "note"'],
  ['member,purchase_ref,amount_fen', 'lacks the column sku'],
  ['member,member,purchase_ref,sku,amount_fen', 'the column member twice'],
])('a header such as %s is refused', async (line, sentence) => {
  await expect(run([line, ...good(1)])).rejects.toThrow(sentence);
  expect(server.requests).toEqual([]);
});

test('killed in the middle and run again, every purchase counts once', async () => {
  const file = join(folder, 'purchases.csv');
  await writeFile(file, [header, ...good(400)].join('\n'));
  const token = new UnsecuredJWT({ partner: 'telecom' }).encode();
  const start = (stop?: () => boolean) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const child = spawn(
        process.execPath,
        ['dist/gateway/import/main.js', file, '--url', server.url, '--batch', '10', '--parallel', '2'],
        {
          env: { ...process.env, TONGDUI_TOKEN: token },
        },
      );
      let out = '';
      let err = '';
      child.stdout.on('data', (text: Buffer) => (out += text.toString()));
      child.stderr.on('data', (text: Buffer) => (err += text.toString()));
      fault = () => {
        if (stop?.()) child.kill('SIGKILL');
        return null;
      };
      child.on('close', (code) => resolve({ code, out, err }));
    });
  expect((await start(() => server.purchases.size >= 150)).code).toBeNull();
  const taken = server.purchases.size;
  expect(taken).toBeGreaterThanOrEqual(150);
  expect(taken).toBeLessThan(400);
  const second = await start();
  expect(second.code).toBe(0);
  expect(server.purchases.size).toBe(400);
  expect(second.out).toMatch(new RegExp(`lines +400\\naccrued +${400 - taken} .*\\nalready there +${taken} .*\\nrejected +0\\n$`));
});
