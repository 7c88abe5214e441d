import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { roster } from '../../schema/roster.js';
import { testSecret } from '../support/subgraph.js';

const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
});

/** The gateway as an operator starts it; nobody asks it anything, so its subgraphs and its issuer need not be there. */
async function start(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['dist/gateway/main.js', ...argv], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', TONGDUI_LOG: 'silent', TONGDUI_DRAIN_NOTICE_MS: '1000', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => (/answers on http/.test((said += chunk.toString())) ? resolve() : undefined);
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
  return child;
}

const nowhere = 'http://127.0.0.1:9';
let folder: string;
let foreign: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  foreign = join(folder, 'supergraph.graphql');
  await writeFile(foreign, (await readFile('schema/supergraph.graphql', 'utf8')).replaceAll('tongdui://', `${nowhere}/`));
});
afterAll(() => rm(folder, { recursive: true }));
const own = {
  TONGDUI_ISSUER: 'https://issuer.test',
  TONGDUI_JWKS_URL: nowhere,
  TONGDUI_PAIRWISE_SECRET: testSecret.toString('base64'),
  TONGDUI_SIGNING_KEYS: `test:${'s'.repeat(40)}`,
  ...Object.fromEntries(roster.map(({ urlVariable }) => [urlVariable, nowhere])),
};

test.each<[string, () => readonly string[], Readonly<Record<string, string>>]>([
  ['our graph', () => [], own],
  ["somebody else's", () => ['--supergraph', foreign, '--undecided', 'open'], {}],
])('the gateway of %s that is told to end several times ends once, in its own time', async (_whose, argv, env) => {
  const child = await start(argv(), env);
  const gone = once(child, 'exit');
  for (const signal of ['SIGHUP', 'SIGTERM', 'SIGTERM', 'SIGINT', 'SIGINT'] as const) {
    child.kill(signal);
    await wait(50);
  }
  expect(child.signalCode).toBeNull();
  expect(await gone).toEqual([0, null]);
});

test('a signal to npm reaches what runs for long: it takes the place of its shell', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const long = Object.entries(scripts).filter(([name]) => name.startsWith('start:'));
  expect(long.map(([name]) => name)).toEqual(['start:prod', 'start:gateway', 'start:subgraph']);
  for (const [, command] of long) expect(command).toMatch(/^npm run -s build && exec node [^&|;]+$/);
});

test.each`
  what                              | argument | text                       | setting                 | says
  ${'no file'}                      | ${true}  | ${null}                    | ${'--supergraph'}       | ${'ENOENT'}
  ${'no SDL'}                       | ${true}  | ${'One two'}               | ${'--supergraph'}       | ${'Syntax Error'}
  ${'no supergraph'}                | ${true}  | ${'type Query { a: Int }'} | ${'--supergraph'}       | ${'must be a core schema'}
  ${'no supergraph, for our graph'} | ${false} | ${'type Query { a: Int }'} | ${'TONGDUI_SUPERGRAPH'} | ${'No access decision for Query.a'}
`('a start with $what says which setting it was: $setting', async ({ argument, text, setting, says }) => {
  const file = join(folder, 'given.graphql');
  await rm(file, { force: true });
  if (text !== null) await writeFile(file, text as string);
  const argv = argument === true ? ['--supergraph', file, '--undecided', 'open'] : [];
  const env: Record<string, string> = argument === true ? {} : { ...own, TONGDUI_SUPERGRAPH: file };
  await expect(start(argv, env)).rejects.toThrow(new RegExp(`${setting as string} ${file}: .*${says as string}`));
});

test('a start with a folder of documents that is not there says which setting it was', async () => {
  await expect(start([], { ...own, TONGDUI_DOCUMENTS: '/nowhere' })).rejects.toThrow(/TONGDUI_DOCUMENTS \/nowhere: ENOENT/);
});
