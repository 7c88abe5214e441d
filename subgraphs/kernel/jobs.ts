import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from './log.js';

export interface JobsOptions {
  readonly subgraph: string;
  readonly url: string;
  readonly jobs: readonly { readonly name: string; readonly everyMs: number }[];
  /** One run of a job. */
  readonly run: (name: string) => Promise<void>;
  readonly log: Logger;
}

export interface RunningJobs {
  /** Waits for runs under way, for so long at the most; no timer and no connection is left. */
  stop(longestMs?: number): Promise<void>;
}

/** How often each chain of runs is looked after, in case a crash cut it. */
const lookAfterMs = 60_000;
/** When a job that nothing is known of runs first. */
const firstSeconds = 3;
/** Between tries to start. */
const longestPauseMs = 30_000;
const longestStopMs = 20_000;

/**
 * Repeats jobs with pg-boss over the subgraph's own database, in a schema beside its own (`ledger_jobs`). A queue per job holds one
 * waiting run at the most, whatever the number of instances, and whoever takes it puts the next one there first: so instances share the
 * runs, and one that crashes takes none with it. Intervals are of real time: what is due is for `clock()` to say, which a sandbox moves.
 * Starts by itself as soon as the database answers; nobody waits for it.
 */
export function startJobs(options: JobsOptions): RunningJobs {
  if (options.jobs.length === 0) return { stop: () => Promise.resolve() };
  const stopping = new AbortController();
  const started = startWhenReached(options, stopping.signal);
  return {
    async stop(longestMs) {
      stopping.abort();
      await (await started)?.stop(longestMs);
    },
  };
}

async function startWhenReached(options: JobsOptions, stopping: AbortSignal): Promise<RunningJobs | null> {
  for (let pauseMs = 1_000; !stopping.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await start(options);
    } catch (error) {
      options.log.warn({ err: error }, 'the jobs could not be started and will be tried again');
      await pause(pauseMs, undefined, { signal: stopping, ref: false }).catch(() => {});
    }
  }
  return null;
}

async function start({ subgraph, url, jobs, run, log }: JobsOptions): Promise<RunningJobs> {
  const { PgBoss } = await import('pg-boss'); // Only where jobs run: it is large.
  const boss = new PgBoss({
    connectionString: url,
    schema: `${subgraph}_jobs`,
    application_name: `tongdui-${subgraph}-jobs`,
    options: '-c statement_timeout=10000 -c lock_timeout=5000',
    max: 1,
    schedule: false,
    reindex: false,
    monitorVacuum: false,
    maintenanceIntervalSeconds: 600,
    flowIntervalSeconds: 3_600,
    bamIntervalSeconds: 3_600,
  });
  const complain = sparingly((error: unknown) => log.warn({ err: error }, 'the jobs wait for their database'));
  boss.on('error', complain);
  try {
    await boss.start();
    // One waiting run per queue; none is tried again, for the next one waits already. What is over is kept for ten minutes.
    for (const { name } of jobs) await boss.createQueue(name, { policy: 'short', retryLimit: 0, deleteAfterSeconds: 600 });
    const lookSeconds = (everyMs: number): number => Math.min(Math.max(everyMs / 2_000, 0.5), 10);
    // Due just before the look that is to find it, or it would wait for the one after that.
    const next = ({ name, everyMs }: JobsOptions['jobs'][number], soon = false): Promise<unknown> =>
      boss.send(name, null, { startAfter: Math.min(everyMs / 1_000 - lookSeconds(everyMs) / 5, soon ? firstSeconds : Infinity) });
    for (const job of jobs)
      await boss.work(job.name, { pollingIntervalSeconds: lookSeconds(job.everyMs) }, async () => {
        await next(job);
        await run(job.name).catch((error: unknown) => log.warn({ err: error, job: job.name }, 'a job failed and will be tried again'));
      });
    const lookAfter = async (): Promise<void> => {
      for (const job of jobs) await next(job, true);
    };
    await lookAfter();
    const timer = setInterval(() => void lookAfter().catch(complain), lookAfterMs).unref();
    return {
      stop(longestMs = longestStopMs) {
        clearInterval(timer);
        return boss.stop({ timeout: longestMs });
      },
    };
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => {});
    throw error;
  }
}

/** Once a minute at the most: every queue complains of the same outage, several times a second. */
function sparingly<T>(report: (what: T) => void): (what: T) => void {
  let silentUntil = 0;
  return (what) => {
    if (performance.now() < silentUntil) return;
    silentUntil = performance.now() + 60_000;
    report(what);
  };
}
