import { readFileSync } from 'node:fs';
import { Pool } from 'undici';

export interface MemoryAsked {
  readonly pid: number;
  readonly port: number;
  readonly path: string;
  readonly operations: number;
  readonly authorization: () => string;
}

export interface MemoryFound {
  readonly beforeMb: number;
  readonly afterMb: number;
  readonly peakMb: number;
}

/** Resident memory of a process that is asked so many operations, no two alike; every answer is looked at. */
export async function memoryAfter({ pid, port, path, operations, authorization }: MemoryAsked): Promise<MemoryFound> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 20 });
  const beforeMb = residentMb(pid, 'VmRSS');
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < operations) {
      const name = `a${(next += 1)}`;
      const query = `query Unique${next} { topProducts(first: 2) { upc ${name}: name inStock } }`;
      const headers = { 'content-type': 'application/json', authorization: authorization() };
      const { body } = await pool.request({ path, method: 'POST', headers, body: JSON.stringify({ query }) });
      const { data } = (await body.json()) as { data?: { topProducts: readonly Record<string, unknown>[] } };
      if (data?.topProducts[1]?.[name] !== 'basin') throw new Error(`a wrong answer to ${query}: ${JSON.stringify(data)}`);
    }
  };
  await Promise.all(Array.from({ length: 20 }, caller));
  await pool.close();
  return { beforeMb, afterMb: residentMb(pid, 'VmRSS'), peakMb: residentMb(pid, 'VmHWM') };
}

const residentMb = (pid: number, line: 'VmRSS' | 'VmHWM'): number =>
  Math.round(Number(new RegExp(`${line}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1_024);
