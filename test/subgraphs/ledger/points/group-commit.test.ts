import { GroupCommit, type GroupCommitOptions, type Runner } from '../../../../subgraphs/ledger/points/group-commit.js';

interface Call {
  readonly member: string;
  readonly n: number;
}

/** A database in memory: it notes what ran with what, and answers when told. */
function queueOf(options: Partial<GroupCommitOptions> = {}, more: Partial<Runner<Call, number>> = {}) {
  const groups: Call[][] = [];
  const singles: Call[] = [];
  const release: (() => void)[] = [];
  const queue = new GroupCommit<Call, number>(
    {
      memberOf: ({ member }) => member,
      one: async (call) => {
        singles.push(call);
        await new Promise<void>((resolve) => release.push(resolve));
        return call.n;
      },
      group: async (calls) => {
        groups.push([...calls]);
        await new Promise<void>((resolve) => setImmediate(resolve));
        return calls.map(({ n }) => n);
      },
      ...more,
    },
    { above: 0, size: 50, connections: 2, capacity: 1_000, ...options },
  );
  return { queue, groups, singles, release };
}

const calls = (count: number, members: number): Call[] => Array.from({ length: count }, (_, n) => ({ member: `m${n % members}`, n }));

test('every call gets its own answer; a group holds at most one of a member, and a member keeps its order', async () => {
  const { queue, groups } = queueOf({ size: 10 });
  const all = calls(100, 7);
  expect(await Promise.all(all.map((call) => queue.submit(call)))).toEqual(all.map(({ n }) => n));
  for (const group of groups) expect(new Set(group.map(({ member }) => member)).size).toBe(group.length);
  for (let member = 0; member < 7; member++) {
    const own = groups.flat().filter((call) => call.member === `m${member}`);
    expect(own.map(({ n }) => n)).toEqual(own.map(({ n }) => n).toSorted((a, b) => a - b));
  }
});

test('a member with many calls delays nobody', async () => {
  const { queue, groups } = queueOf({ size: 10, connections: 1 });
  await Promise.all([...calls(50, 1), { member: 'other', n: 99 }].map((call) => queue.submit(call)));
  expect(groups[0]).toEqual([
    { member: 'm0', n: 0 },
    { member: 'other', n: 99 },
  ]);
});

test('few calls run by themselves; further ones go together', async () => {
  const { queue, groups, singles, release } = queueOf({ above: 3 });
  const answers = calls(10, 10).map((call) => queue.submit(call));
  await Promise.all(answers.slice(3));
  for (const go of release) go();
  expect(await Promise.all(answers)).toHaveLength(10);
  expect([singles.length, groups.flat().length]).toEqual([3, 7]);
});

test.each`
  what                 | code
  ${'a check'}         | ${'23514'}
  ${'a locked member'} | ${'55P03'}
`('what the database refuses as a group for $what runs one by one: each has its own outcome', async ({ code }) => {
  const { queue } = queueOf(
    {},
    {
      group: () => Promise.reject(Object.assign(new Error('refused'), { code: code as string })),
      one: ({ n }) => (n === 2 ? Promise.reject(new Error('only this one')) : Promise.resolve(n)),
    },
  );
  const outcomes = await Promise.allSettled(calls(4, 4).map((call) => queue.submit(call)));
  expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'failed'))).toEqual([0, 1, 'failed', 3]);
});

test('of a refused group as many run at once as by themselves: who waits for a lock keeps few waiting', async () => {
  let [running, most] = [0, 0];
  const answers: number[] = [];
  let unlock = (): void => {};
  const { queue, release } = queueOf(
    { above: 2 },
    {
      group: () => Promise.reject(Object.assign(new Error('locked'), { code: '55P03' })),
      one: async ({ member, n }) => {
        if (member === 'first') await new Promise<void>((resolve) => release.push(resolve));
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => (n === 0 ? (unlock = resolve) : setImmediate(resolve)));
        running--;
        answers.push(n);
        return n;
      },
    },
  );
  const first = [-1, -2].map((n) => queue.submit({ member: 'first', n }));
  const all = calls(6, 6).map((call) => queue.submit(call));
  await Promise.all(all.slice(1));
  expect([answers, most]).toEqual([[1, 2, 3, 4, 5], 2]);
  unlock();
  for (const go of release) go();
  await Promise.all([...first, ...all]);
});

test('a lost connection fails the calls of its group at once, and the next ones run', async () => {
  let lost = true;
  const { queue } = queueOf(
    {},
    { group: (group) => (lost ? Promise.reject(new Error('Connection terminated')) : Promise.resolve(group.map(({ n }) => n))) },
  );
  await expect(queue.submit({ member: 'a', n: 1 })).rejects.toThrow('Connection terminated');
  lost = false;
  expect(await queue.submit({ member: 'a', n: 2 })).toBe(2);
});

test('the queue is bounded: too many are refused at once as unavailable', async () => {
  const { queue } = queueOf({ capacity: 5 });
  const outcomes = await Promise.allSettled(calls(8, 8).map((call) => queue.submit(call)));
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(3);
  expect(outcomes[7]).toMatchObject({ reason: { name: 'Unavailable' } });
});
