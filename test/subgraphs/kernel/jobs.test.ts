import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type JobsOptions, type RunningJobs, startJobs } from '../../../subgraphs/kernel/jobs.js';
import { createLogger } from '../../../subgraphs/kernel/log.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { severable, type Severable } from '../../support/severable.js';

let database: TestDatabase;
let way: Severable;
beforeEach(async () => {
  database = await createTestDatabase();
  way = await severable(database.url);
});
afterEach(async () => {
  await way.sever();
  await database.drop();
});

/** Runs of a job, with who ran it and how many ran at that moment. */
const runs: { readonly by: string; readonly together: number }[] = [];
let together = 0;
beforeEach(() => {
  runs.length = 0;
});

const instance = (by: string, more: Partial<JobsOptions> = {}): RunningJobs =>
  startJobs({
    subgraph: 'members',
    url: database.url,
    jobs: [{ name: 'count', everyMs: 500 }],
    log: createLogger('test', 'silent'),
    async run() {
      together += 1;
      runs.push({ by, together });
      await pause(20);
      together -= 1;
    },
    ...more,
  });

const until = async (condition: () => boolean): Promise<void> => {
  for (const giveUpAt = Date.now() + 30_000; !condition(); await pause(20))
    if (Date.now() > giveUpAt) throw new Error(`not reached: ${JSON.stringify(runs)}`);
};

const query = async <T extends object>(text: string): Promise<T[]> => {
  const client = new pg.Client(database.url);
  await client.connect();
  const { rows } = await client.query<T>(text);
  await client.end();
  return rows;
};

test('two instances share the runs of a job; where one stops the other goes on', async () => {
  const instances = [instance('a'), instance('b')];
  await until(() => runs.length >= 6);
  const waiting = `select count(*)::int as n from members_jobs.job where name = 'count' and state = 'created'`;
  const [{ n } = { n: -1 }] = await query<{ n: number }>(waiting);
  expect(n).toBeLessThanOrEqual(1);
  const connections = `select count(*)::int as n from pg_stat_activity where application_name = 'tongdui-members-jobs' and datname = current_database()`;
  // One that was replaced may still be on its way out.
  for (let tries = 0; tries < 100 && (await query<{ n: number }>(connections))[0]?.n !== 2; tries += 1) await pause(50);
  expect(await query(connections)).toEqual([{ n: 2 }]);
  expect(Math.max(...runs.map((run) => run.together))).toBe(1);
  await instances[0]?.stop();
  const before = runs.length;
  await until(() => runs.length >= before + 2);
  expect(new Set(runs.slice(before).map(({ by }) => by))).toEqual(new Set(['b']));
  await instances[1]?.stop();
  const over = runs.length;
  await pause(1_200);
  expect(runs.length).toBe(over);
  expect(await query(connections)).toEqual([{ n: 0 }]);
});

test('a run that fails is followed by the next one', async () => {
  let failed = 0;
  const jobs = instance('a', { run: () => ((failed += 1), Promise.reject(new Error('no'))) });
  await until(() => failed >= 3);
  await jobs.stop();
});

test('stopping waits for the run under way', async () => {
  let ended = false;
  const jobs = instance('a', {
    async run() {
      runs.push({ by: 'a', together: 1 });
      await pause(700);
      ended = true;
    },
  });
  await until(() => runs.length > 0);
  await jobs.stop();
  expect(ended).toBe(true);
});

test('a database that is away, at the start or later, is waited for', async () => {
  await way.sever();
  const jobs = instance('a', { url: way.url });
  await pause(300);
  await way.mend();
  await until(() => runs.length >= 2);
  await way.sever();
  await pause(1_500);
  const before = runs.length;
  await way.mend();
  await until(() => runs.length >= before + 2);
  await jobs.stop();
});

test('what an instance left behind when it was killed is carried on by the next one', async () => {
  const jobs = instance('a');
  await until(() => runs.length >= 1);
  await jobs.stop();
  // As after a kill between taking a run and putting the next one there.
  await query(`update members_jobs.job set state = 'active', started_on = now() where name = 'count' and state = 'created'`);
  runs.length = 0;
  const again = instance('b');
  await until(() => runs.length >= 2);
  await again.stop();
});

test('without jobs nothing is started', async () => {
  await instance('a', { jobs: [] }).stop();
  expect(await query(`select nspname from pg_namespace where nspname = 'members_jobs'`)).toEqual([]);
});
