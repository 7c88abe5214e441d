import { v7 as uuid } from 'uuid';
import { auditOf } from '../../../../../subgraphs/ledger/proof/audit.js';
import { viewers } from '../../../../support/viewers.js';
import { stepsOf } from '../../hold-steps.js';
import type { Row } from '../../ledger.js';
import { admin, fashion, finance, openPartners, type PartnersLedger } from '../steps.js';

let ledger: PartnersLedger;
beforeEach(async () => {
  ledger = await openPartners();
  await ledger.setClock('2026-11-21T12:00:00+08:00');
});
afterEach(async () => {
  expect(await auditOf(ledger.database.url)).toEqual([]);
  await ledger.close();
});

const packOf = (answer: Row) => (answer as { pack: { id: string; leftPoints: number; expiresAt: string } }).pack;
const left = () => ledger.numbers('select left_points::int as left from pack order by bought_at, id');
const owed = () => ledger.numbers(`select kind, debtor, creditor, points::int, fen::int from obligation order by id`);

test('a pack is owed when it is bought; what customers earn draws on it, and only the rest is owed', async () => {
  const bought = await ledger.buy(1_000, { alertPoints: 300 });
  expect(bought).toMatchObject({
    __typename: 'PackBought',
    replayed: false,
    pack: {
      state: 'OPEN',
      points: 1_000,
      leftPoints: 1_000,
      priceFen: 1_000,
      expiresAt: '2027-11-21T04:00:00.000Z',
      partner: { id: 'fashion' },
      programme: { id: 'COAL-P' },
    },
  });
  await ledger.earn('fashion', 600);
  expect(await left()).toEqual([{ left: 400 }]);
  await ledger.earn('fashion', 500);
  const sides = { debtor: 'fashion', creditor: 'coalition' };
  expect(await owed()).toEqual([
    { kind: 'PACK', ...sides, points: 1_000, fen: 1_000 },
    { kind: 'ACCRUAL', ...sides, points: 100, fen: 100 },
  ]);
  const statement = await ledger.write(
    fashion,
    '{ statement(period: "2026-11") { payableFen lines { nodes { kind ref fen } } alerts { kind pack leftPoints } } }',
  );
  expect(statement).toMatchObject({
    payableFen: 1_100,
    lines: {
      nodes: [
        { kind: 'PACK', ref: packOf(bought).id, fen: -1_000 },
        { kind: 'ACCRUAL', fen: -100 },
      ],
    },
    alerts: [{ kind: 'PACK_LOW', pack: packOf(bought).id, leftPoints: 0 }],
  });
  const mine = '{ packs { nodes { state leftPoints } } }';
  expect(await ledger.write(fashion, mine)).toEqual({ nodes: [{ state: 'USED_UP', leftPoints: 0 }] });
  expect(await ledger.write(viewers.partner('coalition'), mine)).toEqual({ nodes: [{ state: 'USED_UP', leftPoints: 0 }] });
  expect(await ledger.write(finance, mine)).toMatchObject({ nodes: [{ state: 'USED_UP' }] });
  expect(await ledger.write(viewers.partner('telecom'), mine)).toEqual({ nodes: [] });
});

test('the pack that ends first is drawn on first, to the second before its end and no longer', async () => {
  await ledger.twoAgree('proposePackTerms(programme: "COAL-P", price: { fen: 9, points: 10 }, months: 3, reason: "a quarter")');
  expect(packOf(await ledger.buy(999))).toMatchObject({ priceFen: 900, expiresAt: '2027-02-21T04:00:00.000Z' });
  await ledger.twoAgree('proposePackTerms(programme: "COAL-P", price: { fen: 1, points: 1 }, months: 1, minPoints: 50, reason: "a month")');
  expect(await ledger.buy(49)).toMatchObject({ __typename: 'PackTooSmall', minPoints: 50 });
  expect(packOf(await ledger.buy(50))).toMatchObject({ expiresAt: '2026-12-21T04:00:00.000Z' });
  await ledger.earn('fashion', 20);
  expect(await left()).toEqual([{ left: 999 }, { left: 30 }]);
  await ledger.setClock('2026-12-21T11:59:59+08:00');
  await ledger.earn('fashion', 10);
  await ledger.setClock('2026-12-21T12:00:00+08:00');
  await ledger.earn('fashion', 10);
  expect(await left()).toEqual([{ left: 989 }, { left: 20 }]);
  expect(await ledger.write(fashion, '{ packs { nodes { state leftPoints } } }')).toEqual({
    nodes: [
      { state: 'OPEN', leftPoints: 989 },
      { state: 'ENDED', leftPoints: 20 },
    ],
  });
});

test('50 accruals at once never draw more than there is, and what they give is what was drawn and what is owed', async () => {
  const { id } = packOf(await ledger.buy(1_000, { alertPoints: 100 }));
  const all = await Promise.all(Array.from({ length: 50 }, () => ledger.earn('fashion', 30)));
  expect(all.every(({ __typename }) => __typename === 'Accrued')).toBe(true);
  expect(await left()).toEqual([{ left: 0 }]);
  const [sum] = await ledger.numbers(
    `select (select sum(points)::int from pack_draw where pack = '${id}') as drawn, (select sum(points)::int from obligation where kind = 'ACCRUAL') as billed,
       (select sum(owed_fen)::int from accrual) as owed, (select count(*)::int from clearing_alert) as alerts`,
  );
  expect(sum).toEqual({ drawn: 1_000, billed: 500, owed: 500, alerts: 1 });
});

test('accruals, buying and returns at once: nobody waits for ever, and every point is accounted for', async () => {
  const steps = stepsOf(ledger);
  await ledger.buy(300);
  const redemptions = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const redemption = uuid();
      const memberUid = uuid();
      await ledger.earn('fashion', 40, { redemption, memberUid });
      return redemption;
    }),
  );
  await Promise.all([
    ...redemptions.map((redemption, n) => steps.giveBack(redemption, [], { cashFen: 1 + n, cashTotalFen: 10 })),
    ...Array.from({ length: 10 }, () => ledger.earn('fashion', 35)),
    ledger.buy(100),
  ]);
  const [sum] = await ledger.numbers<{ given: number; drawn: number; billed: number; reversed: number }>(
    `select (select sum(points - clawed)::int from accrual) as given, (select sum(points)::int from pack_draw) as drawn,
       (select sum(points)::int from obligation where kind = 'ACCRUAL') as billed,
       (select coalesce(sum(points), 0)::int from obligation where kind = 'RETURN') as reversed`,
  );
  expect(sum?.given).toBe((sum?.drawn ?? 0) + (sum?.billed ?? 0) - (sum?.reversed ?? 0));
});

test('returned goods fill the pack again and take back what was owed, to the last point and fen, in any steps', async () => {
  const steps = stepsOf(ledger);
  const redemption = uuid();
  await ledger.buy(70);
  await ledger.earn('fashion', 101, { redemption });
  expect(await left()).toEqual([{ left: 0 }]);
  for (const [cashFen, then] of [
    [333, 22],
    [333, 46],
    [334, 70],
  ] as const) {
    await steps.giveBack(redemption, [], { cashFen, cashTotalFen: 1_000 });
    expect(await left()).toEqual([{ left: then }]);
  }
  const [back] = await ledger.numbers(`select sum(points)::int as points, sum(fen)::int as fen from obligation where kind = 'RETURN'`);
  expect(back).toEqual({ points: 31, fen: 31 });
});

test('what comes back to a pack that has ended lapses with it', async () => {
  const steps = stepsOf(ledger);
  const redemption = uuid();
  await ledger.buy(70);
  await ledger.earn('fashion', 50, { redemption });
  await ledger.setClock('2027-11-21T12:00:00+08:00');
  await steps.giveBack(redemption, [], { cashFen: 10, cashTotalFen: 10 });
  expect(await ledger.write(fashion, '{ packs { nodes { state leftPoints } } }')).toEqual({ nodes: [{ state: 'ENDED', leftPoints: 70 }] });
  await ledger.earn('fashion', 5);
  expect(await owed()).toContainEqual({ kind: 'ACCRUAL', debtor: 'fashion', creditor: 'coalition', points: 5, fen: 5 });
});

test('once per key, by those who may, of points that their customers earn elsewhere', async () => {
  const both = await Promise.all([ledger.buy(10, {}, fashion, 'same'), ledger.buy(10, {}, fashion, 'same')]);
  expect(new Set(both.map((answer) => packOf(answer).id)).size).toBe(1);
  expect(new Set(both.map(({ replayed }) => replayed))).toEqual(new Set([false, true]));
  const code = (viewer: typeof fashion, more: Row = {}, points = 10) =>
    ledger.buy(points, more, viewer).then(
      ({ __typename }) => __typename,
      (error: Error) => /"code":"([A-Z_]+)"/.exec(error.message)?.[1],
    );
  expect(await code(fashion, {}, 0)).toBe('BAD_INPUT');
  expect(await code(fashion, { alertPoints: 10 })).toBe('BAD_INPUT');
  expect(await code(fashion, { partner: 'coalition' })).toBe('FORBIDDEN_OPERATION');
  expect(await code(viewers.partner('coalition'))).toBe('FORBIDDEN_OPERATION');
  expect(await code(viewers.partner('telecom'))).toBe('FORBIDDEN_OPERATION');
  expect(await code(finance)).toBe('FORBIDDEN_FIELD');
  expect(await code(viewers.member(uuid()))).toBe('FORBIDDEN_FIELD');
  expect(await code(admin)).toBe('BAD_INPUT');
  expect(await code(admin, { partner: 'fashion' })).toBe('PackBought');
  expect(await code(viewers.partnerStaff('fashion'))).toBe('PackBought');
  const terms = (viewer: typeof fashion) =>
    ledger.ask(viewer, '{ packTerms(programme: "COAL-P") { price { fen points } minPoints months } }');
  expect((await terms(fashion)).data).toEqual({ packTerms: { price: { fen: 1, points: 1 }, minPoints: 1, months: 12 } });
  expect((await terms(viewers.partner('telecom'))).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  const alert = `mutation ($pack: ID!) { setPackAlert(pack: $pack, alertPoints: 3) { pack { alertPoints } } }`;
  const pack = packOf(both[0] as Row).id;
  expect(await ledger.write(fashion, alert, { pack })).toEqual({ pack: { alertPoints: 3 } });
  expect((await ledger.ask(viewers.partner('telecom'), alert, { pack }, uuid())).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  for (const harm of [
    `update pack set points = points + 1`,
    `update pack set left_points = -1`,
    `update pack set left_points = points + 1`,
    `delete from pack`,
    `update pack_draw set points = 1`,
    `truncate pack_draw`,
  ])
    await expect(ledger.sql(harm)).rejects.toThrow(/append-only|violates/);
});
