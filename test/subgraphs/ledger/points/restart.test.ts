import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import { testSecret } from '../../../support/subgraph.js';
import { stepsOf } from '../hold-steps.js';
import { openLedger, type TestLedger } from '../ledger.js';

/** Two processes of the ledger with their jobs, ended the hard way while a thousand holds are open and half of them come due. */
let ledger: TestLedger;
const children: ChildProcess[] = [];
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await ledger.close();
});

async function start(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['dist/subgraphs/main.js', 'ledger'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'] ?? '',
      TONGDUI_LOG: 'silent',
      DATABASE_URL: ledger.database.url,
      PORT: '0',
      TONGDUI_PAIRWISE_SECRET: testSecret.toString('base64'),
      TONGDUI_SIGNING_KEYS: `test:${'s'.repeat(40)}`,
    },
  });
  children.push(child);
  await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

test('a thousand open holds, half of them due, and processes that are killed: each hold ends once', async () => {
  const members = Array.from({ length: 50 }, () => uuid());
  for (const member of members) await ledger.accrue(member, 'COAL-P', 1_000);
  const steps = stepsOf(ledger);
  const dueAt = Date.now() + 6_000;
  const holds = Array.from({ length: 1_000 }, (_, index) => ({
    id: uuid(),
    member: members[index % 50] as string,
    isDue: index % 2 === 0,
  }));
  // Whose members differ are placed side by side.
  await Promise.all(
    members.map(async (member) => {
      for (const { id, isDue } of holds.filter((hold) => hold.member === member))
        await steps.place(member, [{ programme: 'COAL-P', points: 10, fen: 10 }], {
          hold: id,
          redemption: id,
          expiresAt: new Date(isDue ? dueAt : Date.now() + 3_600_000).toISOString(),
        });
    }),
  );
  const [first, second] = await Promise.all([start(), start()]);
  await wait(Math.max(0, dueAt - Date.now()) + 200);
  const live = holds.filter(({ isDue }) => !isDue);
  const ended = Promise.all(
    live.map(({ id }, index) => (index % 2 === 0 ? steps.capture(id, `end-${id}`) : steps.release(id, `end-${id}`))),
  );
  // While the one may be at work, and what it had begun is left to the other.
  await kill(first as ChildProcess);
  await wait(300);
  await kill(second as ChildProcess);
  const third = await start();
  const answers = await ended;
  const states = (): Promise<{ state: string; n: number }[]> =>
    ledger.sql('select state, count(*)::int as n from hold group by 1 order by 1');
  for (let tries = 0; tries < 150 && (await ledger.sql('select 1 from hold where open')).length > 0; tries += 1) await wait(200);
  await kill(third);
  expect(await states()).toEqual([
    { state: 'CAPTURED', n: 250 },
    { state: 'EXPIRED', n: 500 },
    { state: 'RELEASED', n: 250 },
  ]);
  expect(new Set(answers.map((answer) => answer['__typename']))).toEqual(new Set(['HoldCaptured', 'HoldReleased']));
  expect(await ledger.sql('select sum(held)::int as held, sum(remaining)::int as remaining from lot')).toEqual([
    { held: 0, remaining: 50 * 1_000 - 250 * 10 },
  ]);
  // Told again, each says what it said before.
  const [captured] = live;
  expect(await steps.capture(captured?.id as string, `end-${captured?.id}`)).toMatchObject({ __typename: 'HoldCaptured', replayed: true });
  expect(await auditOf(ledger.database.url)).toEqual([]);
});
