import { v7 as uuid } from 'uuid';
import { auditOf } from '../../../subgraphs/ledger/proof/audit.js';
import { testIds } from '../../support/subgraph.js';
import { viewers } from '../../support/viewers.js';
import { type Steps, stepsOf } from './hold-steps.js';
import { openLedger, type Row, type TestLedger } from './ledger.js';

let ledger: TestLedger;
let steps: Steps;
beforeAll(async () => {
  ledger = await openLedger();
  steps = stepsOf(ledger);
});
afterAll(() => ledger.close());
afterEach(async () => expect(await auditOf(ledger.database.url)).toEqual([]));

const leg = (points: number) => [{ programme: 'COAL-P', points, fen: points }];
const many = 200;
const named = (answers: readonly Row[], name: string): number => answers.filter(({ __typename }) => __typename === name).length;

test('two hundred at once for the last points: as many get them as there are points', async () => {
  const uid = uuid();
  await ledger.accrue(uid, 'COAL-P', 105);
  const answers = await Promise.all(Array.from({ length: many }, () => steps.place(uid, leg(10))));
  expect([named(answers, 'HoldPlaced'), named(answers, 'PointsMissing')]).toEqual([10, many - 10]);
  expect(await ledger.balance(uid, 'COAL-P')).toEqual({ available: 5, held: 100, pending: 0 });
});

test('one key two hundred times at once: one outcome, told two hundred times', async () => {
  const [uid, hold, redemption] = [uuid(), uuid(), uuid()];
  await ledger.accrue(uid, 'COAL-P', 100);
  const placed = await Promise.all(Array.from({ length: many }, () => steps.place(uid, leg(60), { hold, redemption }, 'storm')));
  expect(new Set(placed.map((answer) => JSON.stringify({ ...answer, replayed: null }))).size).toBe(1);
  expect(placed.filter(({ replayed }) => replayed === false)).toHaveLength(1);
  const captured = await Promise.all(Array.from({ length: many }, () => steps.capture(hold, 'storm-capture')));
  expect(new Set(captured.map((answer) => JSON.stringify({ ...answer, replayed: null }))).size).toBe(1);
  expect(captured.filter(({ replayed }) => replayed === false)).toHaveLength(1);
  expect(await ledger.balance(uid, 'COAL-P')).toEqual({ available: 40, held: 0, pending: 0 });
});

test('everything at once among a few members, jobs included: nobody waits for each other, no abort reaches a caller', async () => {
  const members = Array.from({ length: 4 }, () => uuid());
  const policy = { allowed: true, sentPoints: 1e12, receivedPoints: 1e12, senders: 1_000 };
  await ledger.write(
    viewers.staff('admin'),
    'mutation ($policy: TransferPolicyInput!) { setTransferPolicy(programme: "COAL-P", policy: $policy) { replayed } }',
    { policy },
  );
  for (const uid of members) await ledger.accrue(uid, 'COAL-P', 10_000);
  const pick = (n: number): string => members[n % members.length] as string;
  const transfer = (n: number): Promise<Row> =>
    ledger.write(viewers.member(pick(n)), 'mutation ($to: String!) { transfer(to: $to, programme: "COAL-P", points: 3) { __typename } }', {
      to: testIds.seal(pick(n + 1 + (n % 3)), 'transfer'),
    });
  const redeem = async (n: number): Promise<Row> => {
    const [hold, redemption] = [uuid(), uuid()];
    await steps.place(pick(n), leg(20), { hold, redemption });
    await steps.capture(hold, undefined, n % 2 === 0 ? leg(15) : undefined);
    return steps.giveBack(redemption, leg(5));
  };
  const work = Array.from({ length: many }, (_, n) =>
    [() => transfer(n), () => redeem(n), () => ledger.accrue(pick(n), 'COAL-P', 7), () => steps.place(pick(n), leg(1))][n % 4]?.(),
  );
  const jobs = ['expire-holds', 'expire-lots', 'remind', 'seal-roots', 'close-periods'].map((job) => ledger.subgraph.runJob(job));
  const answers = (await Promise.all([...work, ...jobs])).slice(0, many) as Row[];
  expect([
    named(answers, 'Transferred'),
    named(answers, 'PointsReturned'),
    named(answers, 'Accrued'),
    named(answers, 'HoldPlaced'),
  ]).toEqual([many / 4, many / 4, many / 4, many / 4]);
});
