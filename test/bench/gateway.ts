import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { stripAccess } from '../../schema/access.js';
import { queries, supergraph, urlsFrom } from './gateway-data.js';
import { installedHive } from './gateway-hive.js';
import { load } from './gateway-load.js';
import { memoryAfter } from './gateway-memory.js';

type Case = keyof typeof queries;
const cases: readonly Case[] = ['deep', 'hop', 'small'];
const contenders = [
  'stock',
  'hive',
  'hive with the Rust planner',
  'bare',
  'ours',
  'floor',
  'stock in process',
  'ours in process',
  'floor in process',
] as const;
type Contender = (typeof contenders)[number];

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const seconds = Number(process.env['BENCH_SECONDS'] ?? 1.5);
const only = process.env['BENCH_ONLY']?.split(',');
const connections = 50;
const stubPort = Number(process.env['BENCH_PORT'] ?? 4_450);
const firstPort = stubPort + 10;

interface Running {
  readonly name: Contender;
  readonly port: number;
  readonly path: string;
  readonly process: ChildProcess;
}

/**
 * `npm run bench -- gateway`: processor time of the gateway's process, user and system, per request. Gateways have one core for
 * themselves, stubs and load the other; contenders take turns, every answer is compared, each request has a header of its own.
 */
export async function bench(): Promise<void> {
  if (process.argv.includes('--held')) return (await import('./gateway-held.js')).held();
  const { jwks, tokens } = await issue(200);
  if (process.argv.includes('--memory')) return memory(jwks, tokens);
  let turn = 0;
  const authorization = (name: Contender) => (): string =>
    // Every request of the others has a header that none had before; ours wants tokens that are valid.
    name.startsWith('ours') ? `Bearer ${tokens[(turn += 1) % tokens.length]}` : `Bearer ${String((turn += 1)).padStart(16, '0')}`;
  pin(process.pid, 0);
  const stub = start(scriptBeside('gateway-stub.js'), [String(stubPort)], 0);
  const running: Running[] = [];
  const asked = contenders.filter((name) => !only || only.includes(name));
  const hive = asked.some(isHive) ? await installedHive() : null;
  if (hive) await writeFile(`${hive.folder}/supergraph.graphql`, stripAccess(supergraph(urlsFrom(stubPort))));
  try {
    for (const [index, name] of asked.entries()) {
      const port = firstPort + index;
      if (!isHive(name)) {
        const child = start(scriptBeside('gateway-contender.js'), [name, String(port), String(stubPort)], 1, { JWKS: jwks });
        running.push({ name, port, path: name.startsWith('ours') ? '/graphql' : '/', process: child });
      } else if (hive) {
        const planner = name === 'hive' ? 'js' : 'rust';
        const args = [...hive.args('supergraph.graphql', port), ...(planner === 'js' ? ['--jit'] : [])];
        const child = start(hive.script, args, 1, { HIVE_PLANNER: planner }, hive.folder);
        running.push({ name, port, path: '/graphql', process: child });
      }
    }
    for (const { port } of running) await listening(port);
    for (const one of running) for (const query of cases) await measure(one, query, authorization(one.name), 2.5);
    const figures = new Map<string, number[]>();
    const busy = new Map<string, number[]>();
    for (let round = 0; round < rounds; round += 1)
      for (const query of cases)
        for (const one of running) {
          const key = `${one.name}/${query}`;
          const { ms, share } = await measure(one, query, authorization(one.name), seconds);
          figures.set(key, [...(figures.get(key) ?? []), ms]);
          busy.set(key, [...(busy.get(key) ?? []), share]);
        }
    print(running, figures, busy);
  } finally {
    for (const child of [stub, ...running.map(({ process }) => process)]) child.kill('SIGKILL');
  }
}

/** `npm run bench -- gateway --memory [OPERATIONS]`: what is kept of operations of which no two are alike. */
async function memory(jwks: string, tokens: readonly string[]): Promise<void> {
  const operations = Number(process.argv[process.argv.indexOf('--memory') + 1] ?? 100_000);
  const stub = start(scriptBeside('gateway-stub.js'), [String(stubPort)], 0);
  // As it is started outside of a bench, where the young generation is not so large.
  const ours = start(scriptBeside('gateway-contender.js'), ['ours', String(firstPort), String(stubPort)], 1, { JWKS: jwks }, undefined, '');
  try {
    await listening(firstPort);
    let turn = 0;
    const authorization = (): string => `Bearer ${tokens[(turn += 1) % tokens.length]}`;
    const found = await memoryAfter({ pid: ours.pid as number, port: firstPort, path: '/graphql', operations, authorization });
    const { beforeMb, peakMb, afterMb } = found;
    console.log(
      `Memory of the gateway, ${operations} unique operations: ${beforeMb} MB before, ${peakMb} MB at the most, ${afterMb} MB after`,
    );
  } finally {
    for (const child of [stub, ours]) child.kill('SIGKILL');
  }
}

interface Measured {
  /** Milliseconds of processor time per request. */
  readonly ms: number;
  /** How much of the time that went by the gateway was at work: where it is less than all, the other end was what was waited for. */
  readonly share: number;
}

async function measure(
  { name, port, path, process: child }: Running,
  query: Case,
  authorization: () => string,
  seconds: number,
): Promise<Measured> {
  const pid = child.pid as number;
  const before = processorMs(pid);
  const startedAt = performance.now();
  const { requests, wrong, sample } = await load({ port, path, query: queries[query], connections, seconds, authorization });
  if (wrong > 0) throw new Error(`${name} answered ${query} wrongly, ${wrong} of ${requests}: ${sample}`);
  const usedMs = processorMs(pid) - before;
  return { ms: usedMs / requests, share: usedMs / (performance.now() - startedAt) };
}

/** User and system time of all threads, in milliseconds; the kernel counts hundredths of a second. */
function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const isHive = (name: Contender): boolean => name.startsWith('hive');
const scriptBeside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

function start(
  script: string,
  args: readonly string[],
  core: number,
  env: Readonly<Record<string, string>> = {},
  cwd = process.cwd(),
  flags = process.env['BENCH_FLAGS'] ?? '--max-semi-space-size=64',
): ChildProcess {
  const child = spawn(process.execPath, [...flags.split(' ').filter(Boolean), script, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env, NODE_ENV: 'production' },
    cwd,
  });
  pin(child.pid as number, core);
  return child;
}

function pin(pid: number, core: number): void {
  if (cpus().length < 2) return;
  try {
    execFileSync('taskset', ['-cp', String(core), String(pid)], { stdio: 'ignore' });
  } catch {
    // Without it the figures are noisier.
  }
}

/** Waits until the port takes connections. */
async function listening(port: number): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    if (tries > 300) throw new Error(`nothing listens on port ${port}`);
    await wait(200);
  }
}

async function issue(count: number): Promise<{ jwks: string; tokens: readonly string[] }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const tokens = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      new SignJWT({ kind: 'partner', scope: 'member.read:own ledger.read:own', partner: `partner-${index}` })
        .setProtectedHeader({ alg: 'ES256', kid: 'bench' })
        .setIssuer('https://issuer.bench')
        .setAudience('tongdui')
        .setSubject(`system-${index}`)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
    ),
  );
  return { jwks: JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256' }] }), tokens };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

type Figures = ReadonlyMap<string, readonly number[]>;

function print(running: readonly Running[], figures: Figures, busy: Figures): void {
  const ms = (name: Contender, query: Case): number => median(figures.get(`${name}/${query}`) ?? []);
  const share = (name: Contender, query: Case): string => `${Math.round(100 * median(busy.get(`${name}/${query}`) ?? []))} %`;
  console.log(
    `Processor time of the gateway per request in ms, and how much of a core it was at work: deep, hop, small; ${connections} connections, Node ${process.version}`,
  );
  for (const { name } of running) {
    const times = cases.map((query) => ms(name, query).toFixed(3).padStart(8)).join(' ');
    console.log(`  ${name.padEnd(26)} ${times}   ${cases.map((query) => share(name, query).padStart(5)).join(' ')}`);
  }
  const ratio = (what: string, a: number, b: number, wanted: string): void => {
    if (Number.isFinite(a / b))
      console.log(`${what.padEnd(62)} ${a < b ? `1/${(b / a).toFixed(1)}` : `${(a / b).toFixed(2)} x`}   (${wanted})`);
  };
  const rust = 'hive with the Rust planner';
  ratio('ours, everything on : stock, deep', ms('ours', 'deep'), ms('stock', 'deep'), '1/6, aim 1/9');
  ratio('ours, everything on : stock, two hops', ms('ours', 'hop'), ms('stock', 'hop'), '1/7, aim 1/8');
  ratio('ours, everything on : stock, small', ms('ours', 'small'), ms('stock', 'small'), '1/5, aim 1/6');
  ratio('ours in process, everything on : stock, deep', ms('ours in process', 'deep'), ms('stock', 'deep'), '1/10, aim 1/13');
  ratio(`ours, everything on : ${rust}, deep`, ms('ours', 'deep'), ms(rust, 'deep'), '1/4, aim 1/5');
  ratio('ours, everything on : written by hand, deep', ms('ours', 'deep'), ms('floor', 'deep'), '2 x, aim 1.4 x');
  ratio('executor in a bare Apollo Server : stock, deep', ms('bare', 'deep'), ms('stock', 'deep'), 'for comparison');
  ratio('executor in a bare Apollo Server : stock, two hops', ms('bare', 'hop'), ms('stock', 'hop'), 'for comparison');
  ratio('executor in a bare Apollo Server : stock, small', ms('bare', 'small'), ms('stock', 'small'), 'for comparison');
}
