import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { dueOf, goBack } from '../../../../subgraphs/ledger/points/returns.js';
import { type Leg, type Steps, stepsOf } from '../hold-steps.js';
import { openLedger, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
let steps: Steps;
const noon = '2026-11-21T04:00:00Z';
const days = (n: number): Date => new Date(Date.parse(noon) + n * 86_400_000);

beforeAll(async () => {
  ledger = await openLedger();
  steps = stepsOf(ledger);
});
beforeEach(() => ledger.setClock(noon));
afterAll(() => ledger.close());

const coal = (points: number, fen = points): Leg => ({ programme: 'COAL-P', points, fen });

/** Lots of a member's COAL-P, oldest first. */
async function lots(...accruals: { points: number; at: string }[]): Promise<{ member: string; ids: string[] }> {
  const member = uuid();
  const ids: string[] = [];
  for (const { points, at } of accruals) {
    const { accrual } = (await ledger.accrue(member, 'COAL-P', points, { at })) as { accrual: { lots: { id: string }[] } };
    ids.push(accrual.lots[0]?.id as string);
  }
  return { member, ids };
}

async function redeemed(member: string, legs: Leg[]): Promise<string> {
  const redemption = uuid();
  const { hold } = (await steps.place(member, legs, { redemption })) as { hold: string };
  expect(await steps.capture(hold)).toMatchObject({ __typename: 'HoldCaptured' });
  return redemption;
}

const obligations = (redemption: string): Promise<Row[]> =>
  ledger.sql(
    `select kind, debtor, creditor, points::int, fen::int, fee_fen::int as fee from obligation where redemption = '${redemption}' order by id`,
  );

test('partial returns go back to the very lots and sum exactly; obligations and fee are reversed to the last fen', async () => {
  const { member, ids } = await lots(
    { points: 333, at: '2026-01-01T00:00:00Z' },
    { points: 334, at: '2026-02-01T00:00:00Z' },
    { points: 400, at: '2026-03-01T00:00:00Z' },
  );
  const redemption = await redeemed(member, [coal(1000)]);
  const back = new Map<string, number>();
  for (const points of [1, 333, 333, 333]) {
    const answer = (await steps.giveBack(redemption, [coal(points)])) as { restored: { lot: string; points: number }[] };
    expect(answer.restored.reduce((sum, part) => sum + part.points, 0)).toBe(points);
    for (const part of answer.restored) back.set(part.lot, (back.get(part.lot) ?? 0) + part.points);
  }
  expect(ids.map((id) => back.get(id))).toEqual([333, 334, 333]);
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available: 1067, held: 0, pending: 0 });
  const [owed, ...undone] = await obligations(redemption);
  expect(owed).toEqual({ kind: 'REDEMPTION', debtor: 'coalition', creditor: 'automotive', points: 1000, fen: 1000, fee: 20 });
  expect(undone.every(({ kind, debtor, creditor }) => kind === 'RETURN' && debtor === 'automotive' && creditor === 'coalition')).toBe(true);
  expect(undone.map(({ fen }) => fen)).toEqual([1, 333, 333, 333]);
  expect(undone.reduce((sum, { fee }) => sum + (fee as number), 0)).toBe(20);
  expect(await steps.giveBack(redemption, [coal(1)])).toEqual({ __typename: 'NothingToReturn', code: 'NOTHING_LEFT' });
});

test('the same return is made once: same key, same id under another key, two at once', async () => {
  const { member } = await lots({ points: 100, at: '2026-01-01T00:00:00Z' });
  const redemption = await redeemed(member, [coal(100)]);
  const id = uuid();
  const first = await steps.giveBack(redemption, [coal(60)], { return: id }, 'r1');
  expect(await steps.giveBack(redemption, [coal(60)], { return: id }, 'r1')).toEqual({ ...first, replayed: true });
  expect(await steps.giveBack(redemption, [coal(60)], { return: id }, 'r2')).toEqual({ ...first, replayed: true });
  await expect(steps.giveBack(redemption, [coal(40)], { return: id }, 'r3')).rejects.toThrow('IDEMPOTENCY_CONFLICT');
  const both = await Promise.all([steps.giveBack(redemption, [coal(40)]), steps.giveBack(redemption, [coal(40)])]);
  expect(new Set(both.map(({ __typename }) => __typename))).toEqual(new Set(['NothingToReturn', 'PointsReturned']));
  expect(await ledger.balance(member, 'COAL-P')).toMatchObject({ available: 100 });
});

test('a lot that expired meanwhile comes back for the grace period, and its own rest does not', async () => {
  const { member, ids } = await lots({ points: 100, at: '2025-12-21T04:00:00Z' }); // expires thirty days after noon
  const redemption = await redeemed(member, [coal(80)]);
  await ledger.setClock(days(31));
  const first = await steps.giveBack(redemption, [coal(50)]);
  expect(first).toMatchObject({ restored: [{ lot: ids[0], programme: 'COAL-P', points: 50, expiresAt: days(61).toISOString() }] });
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available: 50, held: 0, pending: 0 });
  await ledger.setClock(days(32));
  expect(await steps.giveBack(redemption, [coal(30)])).toMatchObject({ restored: [{ points: 30, expiresAt: days(62).toISOString() }] });
  await ledger.setClock(days(62));
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available: 0, held: 0, pending: 0 });
});

test('what is spent of a lot in its grace lengthens it no more; what was spent before still does', async () => {
  const { member } = await lots({ points: 100, at: '2025-12-21T04:00:00Z' });
  const redemption = await redeemed(member, [coal(90)]);
  await ledger.setClock(days(31));
  await steps.giveBack(redemption, [coal(80)]); // lives until day 61
  await ledger.setClock(days(60));
  const one = await redeemed(member, [coal(1)]);
  expect(await steps.giveBack(one, [coal(1)])).toMatchObject({ restored: [{ points: 1, expiresAt: days(61).toISOString() }] });
  expect(await steps.giveBack(redemption, [coal(5)])).toMatchObject({ restored: [{ points: 5, expiresAt: days(90).toISOString() }] });
  const another = await redeemed(member, [coal(2)]);
  await ledger.setClock(days(91));
  // It expired again: what was spent in its grace is of an earlier life as well.
  expect(await steps.giveBack(another, [coal(1)])).toMatchObject({ restored: [{ points: 1, expiresAt: days(121).toISOString() }] });
  expect(await ledger.balance(member, 'COAL-P')).toMatchObject({ available: 1 });
  await ledger.setClock(days(92));
  expect(await steps.giveBack(another, [coal(1)])).toMatchObject({ restored: [{ points: 1, expiresAt: days(122).toISOString() }] });
});

test('without a grace period an expired lot does not come back; the obligation is still reversed', async () => {
  await ledger.sql(`update programme set return_grace_days = null where id = 'COAL-P'`);
  const { member } = await lots({ points: 100, at: '2025-12-21T04:00:00Z' });
  const redemption = await redeemed(member, [coal(100)]);
  await ledger.setClock(days(31));
  expect(await steps.giveBack(redemption, [coal(100)])).toMatchObject({ __typename: 'PointsReturned', restored: [] });
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available: 0, held: 0, pending: 0 });
  expect((await obligations(redemption)).map(({ kind, fee }) => [kind, fee])).toEqual([
    ['REDEMPTION', 2],
    ['RETURN', 2],
  ]);
  await ledger.sql(`update programme set return_grace_days = 30 where id = 'COAL-P'`);
});

test.each`
  seconds | available
  ${-1}   | ${100}
  ${0}    | ${0}
  ${1}    | ${0}
`('points held from a lot in its grace share a further grace, and go $seconds s after its end', async ({ seconds, available }) => {
  const { member } = await lots({ points: 100, at: '2025-12-21T04:00:00Z' }); // expires thirty days after noon
  const redemption = await redeemed(member, [coal(100)]);
  await ledger.setClock(days(31));
  await steps.giveBack(redemption, [coal(60)]); // lives until day 61
  const { hold } = (await steps.place(member, [coal(60)])) as { hold: string };
  await ledger.setClock(days(32));
  await steps.giveBack(redemption, [coal(40)]); // lives until day 62
  await ledger.setClock(new Date(days(62).getTime() + seconds * 1000));
  expect(await steps.release(hold)).toMatchObject({ released: true });
  for (let run = 0; run < 2; run++) await ledger.subgraph.runJob('expire-lots');
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available, held: 0, pending: 0 });
  const [gone] = await ledger.sql<{ points: number }>(
    `select coalesce(sum(points), 0)::int as points from entry where kind = 'EXPIRY' and member_uid = '${member}'`,
  );
  expect(gone).toEqual({ points: (available as number) - 100 });
});

test('points held from a lot before it was given grace do not share the grace', async () => {
  const { member } = await lots({ points: 100, at: '2025-12-21T04:00:00Z' });
  const redemption = await redeemed(member, [coal(40)]);
  const { hold } = (await steps.place(member, [coal(60)])) as { hold: string };
  await ledger.setClock(days(31));
  await steps.giveBack(redemption, [coal(40)]);
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available: 40, held: 60, pending: 0 });
  await steps.release(hold);
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available: 40, held: 0, pending: 0 });
});

test('points earned on returned goods are clawed back pro rata; what is spent already becomes arrears of the next accrual', async () => {
  const member = uuid();
  await ledger.accrue(member, 'AUTO-P', 500);
  const redemption = await redeemed(member, [{ programme: 'AUTO-P', points: 500, fen: 5000 }]);
  await ledger.accrue(member, 'COAL-P', 999, { partner: 'fashion', redemption });
  const cash = (cashFen: number): Row => ({ cashFen, cashTotalFen: 900 });
  expect(await steps.giveBack(redemption, [], cash(300))).toMatchObject({ restored: [], clawback: 333, arrears: 0 });
  await redeemed(member, [coal(600)]);
  expect(await steps.giveBack(redemption, [{ programme: 'AUTO-P', points: 500, fen: 5000 }], cash(600))).toMatchObject({
    clawback: 66,
    arrears: 600,
  });
  expect(await steps.giveBack(redemption, [], cash(1))).toMatchObject({ __typename: 'NothingToReturn' });
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available: 0, held: 0, pending: 0 });
  await ledger.accrue(member, 'COAL-P', 250);
  expect(await ledger.balance(member, 'COAL-P')).toMatchObject({ available: 0 });
  await ledger.accrue(member, 'COAL-P', 400);
  expect(await ledger.balance(member, 'COAL-P')).toMatchObject({ available: 50 });
  // What fashion had paid the issuer for the points comes back to it; own points at one's own shop owe nothing.
  expect(await obligations(redemption)).toEqual([
    { kind: 'ACCRUAL', debtor: 'fashion', creditor: 'coalition', points: 999, fen: 999, fee: 0 },
    { kind: 'RETURN', debtor: 'coalition', creditor: 'fashion', points: 333, fen: 333, fee: 0 },
    { kind: 'RETURN', debtor: 'coalition', creditor: 'fashion', points: 666, fen: 666, fee: 0 },
  ]);
});

test('a return stays open for a suspended partner; unknown redemptions and uncaptured ones give nothing', async () => {
  const { member } = await lots({ points: 100, at: '2026-01-01T00:00:00Z' });
  const redemption = await redeemed(member, [coal(50)]);
  await ledger.sql(`update partner set suspended = true where id = 'automotive'`);
  expect(await steps.giveBack(redemption, [coal(50)])).toMatchObject({ __typename: 'PointsReturned' });
  await ledger.sql(`update partner set suspended = false where id = 'automotive'`);
  await expect(steps.giveBack(uuid(), [coal(50)])).rejects.toThrow('BAD_INPUT');
  const open = uuid();
  await steps.place(member, [coal(50)], { redemption: open });
  expect(await steps.giveBack(open, [coal(50)])).toMatchObject({ __typename: 'NothingToReturn' });
  expect(await steps.giveBack(redemption, [])).toMatchObject({ __typename: 'NothingToReturn' });
});

test('whatever the parts and the steps, returns never overfill a part and end exactly where they began', () => {
  const amounts = fc.array(fc.bigInt(1n, 10n ** 15n), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(amounts, fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 }), (points, cuts) => {
      const parts = points.map((amount) => ({ points: amount, returned: 0n }));
      let left = points.reduce((sum, amount) => sum + amount, 0n);
      for (const cut of [...cuts, 1000]) {
        const now = cut === 1000 ? left : (left * BigInt(cut)) / 1000n;
        const shares = goBack(now, parts);
        expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(now);
        shares.forEach((share, n) => ((parts[n] as { returned: bigint }).returned += share));
        for (const part of parts) expect(part.returned <= part.points).toBe(true);
        left -= now;
      }
      expect(parts.every((part) => part.returned === part.points)).toBe(true);
    }),
  );
});

test.each`
  whole   | done    | total   | due
  ${999n} | ${300n} | ${900n} | ${333n}
  ${10n}  | ${1n}   | ${3n}   | ${3n}
  ${10n}  | ${3n}   | ${3n}   | ${10n}
  ${10n}  | ${5n}   | ${3n}   | ${10n}
  ${10n}  | ${0n}   | ${0n}   | ${0n}
`('of $whole, $done of $total done makes $due due', ({ whole, done, total, due }) => expect(dueOf(whole, done, total)).toBe(due));

test("an accrual that names somebody else's redemption has no part in its return", async () => {
  const { member } = await lots({ points: 500, at: '2026-03-01T00:00:00Z' });
  const stranger = uuid();
  for (let n = 0; n < 5; n += 1) {
    const redemption = await redeemed(member, [coal(10)]);
    await ledger.accrue(stranger, 'COAL-P', 7, { redemption });
    expect(await steps.giveBack(redemption, [coal(10)])).toMatchObject({ __typename: 'PointsReturned', clawback: 0, arrears: 0 });
  }
  expect(await ledger.balance(stranger, 'COAL-P')).toMatchObject({ available: 35 });
});
