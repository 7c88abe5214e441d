import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Redeem } from './ledger-burns.js';
import { type BenchCluster, ticksPerSecond } from './ledger-cluster.js';

/** What one run of one way measured; CPU in microseconds per redemption. */
export interface Measured {
  readonly perSecond: number;
  readonly databaseMicros: number;
  readonly nodeMicros: number;
  /** What other programs took of the machine meanwhile, 0 to 1. */
  readonly foreign: number;
}

/** Starts to measure; what it answers is told the redemptions since then. */
export function startMeter(cluster: BenchCluster): (count: number) => Measured {
  const [database, machine, node, started] = [cluster.cpu(), machineCpu(), process.cpuUsage(), performance.now()];
  return (count) => {
    const { user, system } = process.cpuUsage(node);
    const used = cluster.cpu() - database;
    const foreign = machineCpu() - machine - used - (user + system) / 1e6;
    const elapsed = (performance.now() - started) / 1_000;
    return {
      perSecond: count / elapsed,
      databaseMicros: (used * 1e6) / count,
      nodeMicros: (user + system) / count,
      foreign: Math.max(0, foreign) / (elapsed * cores),
    };
  };
}

/** So many callers, each with its next redemption as soon as the last is answered. The first third of a second is not counted. */
export async function run(cluster: BenchCluster, redeem: Redeem, callers: number, seconds: number): Promise<Measured> {
  let taken = 0;
  const stop = new AbortController();
  const call = async (): Promise<void> => {
    while (!stop.signal.aborted) if (await redeem()) taken++;
  };
  const all = Promise.all(Array.from({ length: callers }, call));
  await pause(333);
  const from = taken;
  const meter = startMeter(cluster);
  await pause(seconds * 1_000);
  const measured = meter(taken - from);
  stop.abort();
  await all;
  return measured;
}

const cores = cpus().length;

/** CPU seconds that all programs have used: user, nice and system, interrupts. */
function machineCpu(): number {
  const ticks = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.split(/ +/).slice(1).map(Number) ?? [];
  return [0, 1, 2, 5, 6].reduce((total, n) => total + (ticks[n] ?? 0), 0) / ticksPerSecond;
}
