import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { openSubgraph, type RunningSubgraph } from '../../../../subgraphs/kernel/subgraph.js';
import { subgraph } from '../../../../subgraphs/ledger/index.js';
import { defaultSteps, stepDue } from '../../../../subgraphs/ledger/reminders/steps.js';
import { testIds } from '../../../support/subgraph.js';
import { unreachable } from '../../../support/transport.js';
import { viewers } from '../../../support/viewers.js';
import { stepsOf } from '../hold-steps.js';
import { openLedger, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
let second: RunningSubgraph;
beforeAll(async () => {
  ledger = await openLedger();
  second = await openSubgraph(subgraph as never, { url: ledger.database.url, transport: unreachable, ids: testIds });
});
afterAll(async () => {
  await second.close();
  await ledger.close();
});

const remind = (): Promise<void> => ledger.subgraph.runJob('remind');
const remindersOf = async (uid: string, page = ''): Promise<Row> => {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Me { reminders${page} {
    nodes { points daysBefore expiresAt at programme { id } lot { available } } pageInfo { hasNextPage endCursor } } } } }`;
  const { data, errors } = await ledger.ask(viewers.member(uid), query, { of: [{ __typename: 'Me', principal: `member:${uid}` }] });
  if (errors) throw new Error(JSON.stringify(errors));
  return (data?.['_entities'] as { reminders: Row }[])[0]?.reminders as Row;
};
const said = async (uid: string): Promise<string[]> =>
  ((await remindersOf(uid))['nodes'] as { points: number; daysBefore: number }[])
    .map(({ points, daysBefore }) => `${points} in ${daysBefore}`)
    .sort();
/** COAL-P live for twelve months. */
const accrue = (uid: string, points: number, expiresAt: string): Promise<Row> =>
  ledger.accrue(uid, 'COAL-P', points, { at: `${Number(expiresAt.slice(0, 4)) - 1}${expiresAt.slice(4)}` });

test('M-Kong: 1,200 in 7 days, 300 in 30, 500 in 31; each said once, whoever looks and however often', async () => {
  const kong = uuid();
  await ledger.setClock('2026-11-21T03:59:59Z');
  await accrue(kong, 1_200, '2026-11-28T04:00:00Z');
  await accrue(kong, 300, '2026-12-21T04:00:00Z');
  await accrue(kong, 500, '2026-12-22T04:00:00Z');
  await remind();
  expect(await said(kong)).toEqual(['1200 in 30']);
  await ledger.setClock('2026-11-21T04:00:00Z');
  await Promise.all([ledger.subgraph, second, ledger.subgraph, second].map((instance) => instance.runJob('remind')));
  await remind();
  expect(await said(kong)).toEqual(['1200 in 30', '1200 in 7', '300 in 30']);
  await ledger.setClock('2026-11-22T04:00:00Z');
  await remind();
  expect(await said(kong)).toEqual(['1200 in 30', '1200 in 7', '300 in 30', '500 in 30']);
  await ledger.setClock('2026-11-27T04:00:00Z');
  await remind();
  await ledger.setClock('2026-11-28T04:00:00Z');
  await remind();
  expect(await said(kong)).toEqual(['1200 in 1', '1200 in 30', '1200 in 7', '300 in 30', '500 in 30']);
  const first = await remindersOf(kong, '(first: 4)');
  expect(first).toMatchObject({
    nodes: [{ daysBefore: 1, at: '2026-11-27T04:00:00.000Z', programme: { id: 'COAL-P' }, lot: { available: 0 } }, {}, {}, {}],
  });
  const { endCursor, hasNextPage } = first['pageInfo'] as { endCursor: string; hasNextPage: boolean };
  expect(hasNextPage).toBe(true);
  expect(await remindersOf(kong, `(first: 4, after: "${endCursor}")`)).toMatchObject({ nodes: [{ points: 1_200, daysBefore: 30 }] });
});

test('a job that comes late says the newest step only, one that comes after the expiry nothing; a clock set back says nothing again', async () => {
  const [late, tooLate] = [uuid(), uuid()];
  await ledger.setClock('2026-11-21T04:00:00Z');
  await accrue(late, 10, '2026-12-21T04:00:00Z');
  await accrue(tooLate, 10, '2026-12-20T00:00:00Z');
  await ledger.setClock('2026-12-20T04:00:00Z');
  await remind();
  expect(await said(late)).toEqual(['10 in 1']);
  expect(await said(tooLate)).toEqual([]);
  await ledger.setClock('2026-12-10T04:00:00Z');
  await remind();
  expect(await said(late)).toEqual(['10 in 1']);
});

test('what is spent or held is not spoken of; what is given back in time is', async () => {
  const uid = uuid();
  const steps = stepsOf(ledger);
  const hold = uuid();
  await ledger.setClock('2026-11-21T04:00:00Z');
  await accrue(uid, 100, '2026-11-28T04:00:00Z');
  await steps.place(uid, [{ programme: 'COAL-P', points: 100, fen: 100 }], { hold });
  await remind();
  expect(await said(uid)).toEqual([]);
  await steps.release(hold);
  await remind();
  expect(await said(uid)).toEqual(['100 in 7']);
});

test("an issuer sets its programme's steps; nobody else does", async () => {
  const uid = uuid();
  const set = 'mutation ($days: [Int!]!) { setReminderDays(programme: "AUTO-P", days: $days) { programme { reminderDays } replayed } }';
  const days = async (): Promise<unknown> =>
    (await ledger.ask(viewers.anonymous, '{ programme(id: "AUTO-P") { reminderDays } }')).data?.['programme'];
  expect(await days()).toEqual({ reminderDays: [30, 7, 1] });
  expect(await ledger.write(viewers.partnerStaff('automotive'), set, { days: [60, 3] })).toEqual({
    programme: { reminderDays: [60, 3] },
    replayed: false,
  });
  await ledger.setClock('2026-11-21T04:00:00Z');
  await ledger.accrue(uid, 'AUTO-P', 9, { at: '2025-01-20T04:00:00Z' });
  await remind();
  expect(await said(uid)).toEqual(['9 in 60']);
  await ledger.write(viewers.staff('admin'), set, { days: [] });
  await ledger.setClock('2027-01-19T04:00:00Z');
  await remind();
  expect(await said(uid)).toEqual(['9 in 60']);
  for (const wrong of [[0], [367], [1, 1], Array.from({ length: 11 }, (_, n) => n + 1)])
    await expect(ledger.write(viewers.staff('admin'), set, { days: wrong })).rejects.toThrow('BAD_INPUT');
  await expect(ledger.write(viewers.partnerStaff('telecom'), set, { days: [1] })).rejects.toThrow('FORBIDDEN_OPERATION');
});

test('the statement over all lots says of each what the rule says (seeded)', async () => {
  const start = Date.parse('2030-01-01T00:00:00Z');
  const hour = 3_600_000;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 40 * 24 }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 12 * 24 }), { minLength: 1, maxLength: 5 }),
      async (lives, waits) => {
        const uid = uuid();
        const expiries = lives.map((hours) => new Date(start + hours * hour));
        await ledger.setClock(new Date(start));
        for (const expiry of expiries) await accrue(uid, 5, expiry.toISOString());
        const lots = (await ledger.sql<{ expires: string }>(`select expires_at::text as expires from lot where member_uid = '${uid}'`)).map(
          ({ expires }) => new Date(expires),
        );
        const expected = new Set<string>();
        let at = start;
        for (const wait of [0, ...waits]) {
          at += wait * hour;
          await ledger.setClock(new Date(at));
          await remind();
          lots.forEach((expiry, n) => {
            const due = stepDue(expiry, new Date(at), defaultSteps);
            if (due !== null) expected.add(`${n} ${due}`);
          });
        }
        expect(await said(uid)).toEqual([...expected].map((one) => `5 in ${one.split(' ')[1]}`).sort());
      },
    ),
    { numRuns: 25, seed: Number(process.env['SEED'] ?? 20_261_121) },
  );
});
