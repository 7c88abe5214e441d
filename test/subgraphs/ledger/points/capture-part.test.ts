import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { sumOf } from '../../../../subgraphs/kernel/rational.js';
import { keepFirst } from '../../../../subgraphs/ledger/points/holds.js';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import { type Leg, type Steps, stepsOf } from '../hold-steps.js';
import { openLedger, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
let steps: Steps;
beforeAll(async () => {
  ledger = await openLedger();
  steps = stepsOf(ledger);
});
afterAll(() => ledger.close());
beforeEach(() => ledger.setClock('2026-11-21T04:00:00Z'));

test.each`
  points | parts       | kept
  ${0n}  | ${[3n, 5n]} | ${[0n, 0n]}
  ${2n}  | ${[3n, 5n]} | ${[2n, 0n]}
  ${3n}  | ${[3n, 5n]} | ${[3n, 0n]}
  ${4n}  | ${[3n, 5n]} | ${[3n, 1n]}
  ${8n}  | ${[3n, 5n]} | ${[3n, 5n]}
  ${0n}  | ${[]}       | ${[]}
`('$points of $parts: $kept', ({ points, parts, kept }: { points: bigint; parts: bigint[]; kept: bigint[] }) =>
  expect(keepFirst(points, parts)).toEqual(kept),
);

const leg = (programme: string, points: number, fen = points): Leg => ({ programme, points, fen });
const lots = (member: string): Promise<Row[]> =>
  ledger.sql(`select remaining::int as left, held::int from lot where member_uid = '${member}' order by expires_at, id`);

/** 100 that expire in March and 100 that expire in November, and 50 of the garage's own. */
async function member(): Promise<string> {
  const uid = uuid();
  await ledger.accrue(uid, 'COAL-P', 100, { at: '2026-03-21T04:00:00Z' });
  await ledger.accrue(uid, 'COAL-P', 100);
  await ledger.accrue(uid, 'AUTO-P', 50);
  return uid;
}

test('less than was held: the first lots are burned, the rest is back in its lots, and the issuer owes for what was burned', async () => {
  const [uid, hold, redemption] = [await member(), uuid(), uuid()];
  await steps.place(uid, [leg('COAL-P', 150), leg('AUTO-P', 40)], { hold, redemption });
  const answer = await steps.capture(hold, 'part-1', [leg('COAL-P', 110), leg('AUTO-P', 30)]);
  expect(answer).toMatchObject({
    __typename: 'HoldCaptured',
    replayed: false,
    obligations: [{ debtor: 'coalition', creditor: 'automotive', fen: 110 }],
  });
  expect(await lots(uid)).toEqual([
    { left: 0, held: 0 },
    { left: 90, held: 0 },
    { left: 20, held: 0 },
  ]);
  expect(await steps.capture(hold, 'part-1', [leg('COAL-P', 110), leg('AUTO-P', 30)])).toEqual({ ...answer, replayed: true });
  await expect(steps.capture(hold, 'part-1', [leg('COAL-P', 111), leg('AUTO-P', 30)])).rejects.toThrow('IDEMPOTENCY_CONFLICT');
  expect(await steps.capture(hold, 'part-2', [leg('COAL-P', 1)])).toMatchObject({ __typename: 'HoldEnded', state: 'CAPTURED' });
  expect(await steps.giveBack(redemption, [leg('COAL-P', 111)])).toMatchObject({ __typename: 'NothingToReturn' });
  expect(await steps.giveBack(redemption, [leg('COAL-P', 110), leg('AUTO-P', 30)])).toMatchObject({ __typename: 'PointsReturned' });
  expect(await lots(uid)).toEqual([
    { left: 100, held: 0 },
    { left: 100, held: 0 },
    { left: 50, held: 0 },
  ]);
});

test('a leg that is not named, or named with nothing, is released; so may all of them be', async () => {
  const [uid, first, second] = [await member(), uuid(), uuid()];
  await steps.place(uid, [leg('COAL-P', 150), leg('AUTO-P', 40)], { hold: first });
  expect(await steps.capture(first, undefined, [leg('AUTO-P', 40)])).toMatchObject({ __typename: 'HoldCaptured', obligations: [] });
  await steps.place(uid, [leg('COAL-P', 200)], { hold: second });
  expect(await steps.capture(second, undefined, [leg('COAL-P', 0)])).toMatchObject({ __typename: 'HoldCaptured', obligations: [] });
  expect(await lots(uid)).toEqual([
    { left: 100, held: 0 },
    { left: 100, held: 0 },
    { left: 10, held: 0 },
  ]);
});

test('what goes back to a lot that expired meanwhile is gone with it', async () => {
  const [uid, hold] = [await member(), uuid()];
  await steps.place(uid, [leg('COAL-P', 150)], { hold });
  await ledger.setClock('2027-03-21T04:00:00Z');
  expect(await steps.capture(hold, undefined, [leg('COAL-P', 60)])).toMatchObject({ __typename: 'HoldCaptured' });
  expect((await lots(uid)).slice(0, 2)).toEqual([
    { left: 0, held: 0 },
    { left: 100, held: 0 },
  ]);
});

test('more than was held, or of something else, is an error that changes nothing; a hold that is over says so', async () => {
  const [uid, hold, late] = [await member(), uuid(), uuid()];
  await steps.place(uid, [leg('COAL-P', 150)], { hold });
  for (const wrong of [[leg('COAL-P', 151)], [leg('COAL-P', 150, 151)], [leg('COAL-P', 1), leg('AUTO-P', 1)]])
    await expect(steps.capture(hold, undefined, wrong)).rejects.toThrow('BAD_INPUT');
  expect((await lots(uid)).map(({ held }) => held)).toEqual([100, 50, 0]);
  await steps.place(uid, [leg('COAL-P', 10)], { hold: late, expiresAt: '2026-11-21T04:00:01Z' });
  await ledger.setClock('2026-11-21T04:00:01Z');
  expect(await steps.capture(late, undefined, [leg('COAL-P', 5)])).toMatchObject({ __typename: 'HoldExpired' });
  await expect(steps.capture(uuid(), undefined, [leg('COAL-P', 5)])).rejects.toThrow('BAD_INPUT');
});

test('captured at once in parts by many: once', async () => {
  const [uid, hold] = [await member(), uuid()];
  await steps.place(uid, [leg('COAL-P', 150)], { hold });
  const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => steps.capture(hold, undefined, [leg('COAL-P', 10 + n)])));
  expect(answers.filter(({ __typename }) => __typename === 'HoldCaptured')).toHaveLength(1);
});

test('whatever part is captured: the lots have what the rule says, and the books are right (seeded)', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
      fc.nat(100),
      fc.nat(100),
      async (sizes, heldPercent, percent) => {
        const [uid, hold] = [uuid(), uuid()];
        for (const [n, size] of sizes.entries()) await ledger.accrue(uid, 'COAL-P', size, { at: `2026-0${n + 1}-01T00:00:00Z` });
        const all = sizes.reduce((sum, size) => sum + size, 0);
        const held = Math.max(1, Math.floor((all * heldPercent) / 100));
        const captured = Math.floor((held * percent) / 100);
        await steps.place(uid, [leg('COAL-P', held)], { hold });
        await steps.capture(hold, undefined, [leg('COAL-P', captured)]);
        const taken = keepFirst(BigInt(held), sizes.map(BigInt));
        const burned = keepFirst(BigInt(captured), taken);
        expect(Number(sumOf(burned))).toBe(captured);
        expect(await lots(uid)).toEqual(sizes.map((size, n) => ({ left: size - Number(burned[n]), held: 0 })));
      },
    ),
    { numRuns: 30, seed: Number(process.env['SEED'] ?? 20_261_121) },
  );
  expect(await auditOf(ledger.database.url)).toEqual([]);
});
