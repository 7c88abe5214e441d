import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { rational, timesDown } from '../../../../subgraphs/kernel/rational.js';
import { type Kept, keptFor } from '../../../../subgraphs/ledger/points/kept.js';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import { viewers } from '../../../support/viewers.js';
import { admin, finance, openPartners, type PartnersLedger } from '../clearing/steps.js';
import { type Leg, type Steps, stepsOf } from '../hold-steps.js';
import type { Row } from '../ledger.js';

const nothing: Kept = { points: 0n, fen: 0n };

test.each`
  missing | points  | cost                     | before                     | cashFen    | kept
  ${200n} | ${200n} | ${rational(200n)}        | ${nothing}                 | ${20_000n} | ${{ points: 200n, fen: 200n }}
  ${200n} | ${200n} | ${rational(200n)}        | ${nothing}                 | ${200n}    | ${{ points: 200n, fen: 200n }}
  ${200n} | ${200n} | ${rational(200n)}        | ${nothing}                 | ${199n}    | ${{ points: 199n, fen: 199n }}
  ${200n} | ${200n} | ${rational(200n)}        | ${nothing}                 | ${0n}      | ${nothing}
  ${0n}   | ${200n} | ${rational(200n)}        | ${nothing}                 | ${200n}    | ${nothing}
  ${7n}   | ${10n}  | ${rational(2n)}          | ${nothing}                 | ${100n}    | ${{ points: 7n, fen: 1n }}
  ${3n}   | ${10n}  | ${rational(2n)}          | ${{ points: 7n, fen: 1n }} | ${100n}    | ${{ points: 3n, fen: 1n }}
  ${4n}   | ${10n}  | ${rational(2n)}          | ${nothing}                 | ${0n}      | ${nothing}
  ${10n}  | ${10n}  | ${rational(2n)}          | ${nothing}                 | ${1n}      | ${{ points: 5n, fen: 1n }}
  ${9n}   | ${9n}   | ${rational(9n * 7n, 2n)} | ${nothing}                 | ${31n}     | ${{ points: 8n, fen: 28n }}
  ${100n} | ${100n} | ${rational(0n)}          | ${nothing}                 | ${500n}    | ${nothing}
  ${5n}   | ${10n}  | ${rational(2n)}          | ${{ points: 4n, fen: 0n }} | ${0n}      | ${nothing}
`('of $missing missing points of $points that cost $cost, $cashFen pay for $kept', ({ kept, ...missing }) => {
  expect(keptFor(missing as Parameters<typeof keptFor>[0])).toEqual(kept);
});

test('whatever the steps: nothing negative, never more than the cash, and all together what one refund would have cost', () => {
  const step = fc.record({ missing: fc.bigInt(0n, 400n), cashFen: fc.bigInt(0n, 300n) });
  fc.assert(
    fc.property(
      fc.bigInt(1n, 10n ** 12n),
      fc.bigInt(0n, 10n ** 12n),
      fc.bigInt(1n, 50n),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      (points, total, parts, steps) => {
        const cost = rational(total, parts);
        let before = nothing;
        let cash = 0n;
        for (const { missing, cashFen } of steps) {
          const kept = keptFor({ missing, points, cost, before, cashFen });
          expect(kept.points >= 0n && kept.points <= missing && kept.fen >= 0n && kept.fen <= cashFen).toBe(true);
          // One point more would have cost more than there was, to a fraction of a fen.
          if (total > 0n && kept.points < missing)
            expect((before.points + kept.points + 1n) * total > (before.fen + cashFen) * parts * points).toBe(true);
          before = { points: before.points + kept.points, fen: before.fen + kept.fen };
          cash += cashFen;
        }
        expect(before.fen <= cash).toBe(true);
        expect(before.fen).toBe(timesDown(before.points, rational(total, parts * points)));
      },
    ),
    { seed: 20_261_121 },
  );
});

describe('in the ledger', () => {
  let ledger: PartnersLedger;
  let steps: Steps;
  beforeEach(async () => {
    ledger = await openPartners();
    steps = stepsOf(ledger);
    await ledger.setClock('2026-11-21T12:00:00+08:00');
    await setPolicy('COAL-P', { unrecovered: 'CASH_REFUND' });
  });
  afterEach(async () => {
    expect(await auditOf(ledger.database.url)).toEqual([]);
    await ledger.close();
  });

  const setPolicyOf = `mutation ($programme: ID!, $policy: ReturnPolicyInput!) {
  setReturnPolicy(programme: $programme, returnPolicy: $policy) { programme { returnPolicy { graceDays unrecovered } } replayed } }`;
  const setPolicy = (programme: string, policy: Row, viewer = admin, key?: string): Promise<Row> =>
    ledger.write(viewer, setPolicyOf, { programme, policy }, key);

  /** A purchase at fashion: 100 AUTO-P (which fashion takes from automotive) and cash, that earned COAL-P there, of which `spent` are gone. */
  async function bought(points: number, spent: number, partner = 'fashion'): Promise<{ member: string; redemption: string }> {
    const member = uuid();
    await ledger.accrue(member, 'AUTO-P', 100);
    const redemption = await redeemed(member, [{ programme: 'AUTO-P', points: 100, fen: 1_000 }], 'fashion');
    await ledger.earn(partner, points, { memberUid: member, redemption });
    if (spent > 0) await redeemed(member, [{ programme: 'COAL-P', points: spent, fen: spent }], 'telecom');
    return { member, redemption };
  }
  async function redeemed(member: string, legs: Leg[], acceptor: string): Promise<string> {
    const redemption = uuid();
    const { hold } = (await steps.place(member, legs, { redemption, acceptor })) as { hold: string };
    expect(await steps.capture(hold)).toMatchObject({ __typename: 'HoldCaptured' });
    return redemption;
  }
  const cash = (cashFen: number, cashTotalFen = 20_000): Row => ({ cashFen, cashTotalFen });
  const accrued = (redemption: string): Promise<Row[]> =>
    ledger.numbers(
      `select o.kind, o.debtor, o.creditor, o.points::int, o.fen::int from obligation o left join obligation r on r.id = o.reverses
     where o.redemption = '${redemption}' and 'ACCRUAL' in (o.kind, r.kind) order by o.id`,
    );
  const arrearsOf = async (member: string): Promise<number> =>
    (
      await ledger.numbers<{ arrears: number }>(`select arrears::int from wallet where member_uid = '${member}' and programme = 'COAL-P'`)
    )[0]?.arrears ?? 0;
  const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const coal = (points: number, fen: number) => [{ programme: 'COAL-P', points, fen }];

  test('what was spent is deducted from the cash; the issuer keeps its price for it and gives back the price of the rest', async () => {
    const { member, redemption } = await bought(200, 150);
    const first = await steps.giveBack(redemption, [], cash(5_000));
    expect(first).toMatchObject({ clawback: 50, arrears: 0, deducted: [] });
    expect(await steps.giveBack(redemption, [], cash(15_000))).toMatchObject({ clawback: 0, arrears: 0, deducted: coal(150, 150) });
    expect(await accrued(redemption)).toEqual([
      { kind: 'ACCRUAL', debtor: 'fashion', creditor: 'coalition', points: 200, fen: 200 },
      { kind: 'RETURN', debtor: 'coalition', creditor: 'fashion', points: 50, fen: 50 },
    ]);
    expect(await arrearsOf(member)).toBe(0);
    await ledger.accrue(member, 'COAL-P', 40);
    expect(await ledger.balance(member, 'COAL-P')).toMatchObject({ available: 40 });
  });

  test('the same programme with arrears, as it is unless set, deducts nothing', async () => {
    await setPolicy('COAL-P', {});
    const { member, redemption } = await bought(200, 150);
    expect(await steps.giveBack(redemption, [], cash(20_000))).toMatchObject({ clawback: 50, arrears: 150, deducted: [] });
    expect(await arrearsOf(member)).toBe(150);
    expect((await accrued(redemption)).at(-1)).toMatchObject({ kind: 'RETURN', points: 200, fen: 200 });
  });

  test.each`
    cashFen | kept   | arrears
    ${149}  | ${149} | ${1}
    ${150}  | ${150} | ${0}
    ${151}  | ${150} | ${0}
  `('of $cashFen cash, $kept pay for points and $arrears points are owed', async ({ cashFen, kept, arrears }) => {
    const { member, redemption } = await bought(150, 150);
    const answer = await steps.giveBack(redemption, [], cash(cashFen as number, cashFen as number));
    expect(answer).toMatchObject({ clawback: 0, arrears, deducted: coal(kept as number, kept as number) });
    expect(await arrearsOf(member)).toBe(arrears);
    // What is owed, the issuer has given back, for it will have the points.
    expect((await accrued(redemption)).slice(1)).toEqual(
      arrears === 0 ? [] : [{ kind: 'RETURN', debtor: 'coalition', creditor: 'fashion', points: arrears, fen: arrears }],
    );
  });

  test('in parts, under every sending: the same return twice and two at once deduct once', async () => {
    const { member, redemption } = await bought(100, 100);
    const id = uuid();
    const first = await steps.giveBack(redemption, [], { ...cash(5_000), return: id }, 'k1');
    expect(first).toMatchObject({ deducted: coal(25, 25), arrears: 0, replayed: false });
    expect(await steps.giveBack(redemption, [], { ...cash(5_000), return: id }, 'k1')).toEqual({ ...first, replayed: true });
    expect(await steps.giveBack(redemption, [], { ...cash(5_000), return: id }, 'k2')).toEqual({ ...first, replayed: true });
    const twice = { ...cash(15_000), return: uuid() };
    const both = await Promise.all([steps.giveBack(redemption, [], twice, 'k3'), steps.giveBack(redemption, [], twice, 'k4')]);
    for (const answer of both) expect(answer).toMatchObject({ deducted: coal(75, 75), arrears: 0 });
    expect(await ledger.numbers('select sum(points)::int as points, sum(fen)::int as fen from kept_points')).toEqual([
      { points: 100, fen: 100 },
    ]);
    expect(await arrearsOf(member)).toBe(0);
  });

  test('whatever is spent and however it comes back: every point is recovered, paid for or owed, and no refund is below nothing', async () => {
    await ledger.twoAgree(
      `proposeRate(programme: "COAL-P", value: { fen: 1, points: 1 }, issuePrice: { fen: 7, points: 3 }, validFrom: "2026-11-22T00:00:00+08:00", reason: "test")`,
    );
    await ledger.setClock('2026-11-22T12:00:00+08:00');
    const scenario = fc.record({
      points: fc.integer({ min: 1, max: 200 }),
      spentPercent: fc.constantFrom(0, 30, 70, 100),
      parts: fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 1, maxLength: 4 }),
    });
    for (const { points, spentPercent, parts } of fc.sample(scenario, { seed: 20_261_122, numRuns: 12 })) {
      const { member, redemption } = await bought(points, Math.floor((points * spentPercent) / 100));
      const paid = parts.filter((part) => part > 0);
      const sum = { clawback: 0, arrears: 0, kept: 0, fen: 0 };
      for (const part of paid) {
        const answer = (await steps.giveBack(redemption, [], cash(part, total(paid)))) as {
          clawback: number;
          arrears: number;
          deducted: { points: number; fen: number }[];
        };
        const fen = total(answer.deducted.map((each) => each.fen));
        expect(fen >= 0 && fen <= part).toBe(true);
        sum.clawback += answer.clawback;
        sum.arrears += answer.arrears;
        sum.kept += total(answer.deducted.map((each) => each.points));
        sum.fen += fen;
      }
      if (paid.length === 0) continue;
      const owed = Math.floor((points * 7) / 3);
      expect(sum.clawback + sum.arrears + sum.kept).toBe(points);
      expect(sum.fen).toBe(Math.floor((sum.kept * owed) / points));
      expect(await arrearsOf(member)).toBe(sum.arrears);
      const [, ...back] = await accrued(redemption);
      expect(total(back.map(({ fen }) => fen as number))).toBe(Math.floor((owed * (points - sum.kept)) / points));
    }
    const [all] = await ledger.numbers<{ n: number }>('select count(*)::int as n from kept_points');
    expect(all?.n).toBeGreaterThan(5);
  });

  test('a price below a fen is rounded down, all returns together; it is the price of the day of the purchase', async () => {
    await ledger.twoAgree(
      `proposeRate(programme: "COAL-P", value: { fen: 1, points: 1 }, issuePrice: { fen: 2, points: 3 }, validFrom: "2026-11-22T00:00:00+08:00", reason: "test")`,
    );
    await ledger.setClock('2026-11-23T12:00:00+08:00');
    const { redemption } = await bought(100, 100); // owed 66 fen
    const own = await bought(100, 100, 'coalition'); // not fashion's to deduct
    await ledger.twoAgree(
      `proposeRate(programme: "COAL-P", value: { fen: 1, points: 1 }, issuePrice: { fen: 9, points: 1 }, validFrom: "2026-11-24T00:00:00+08:00", reason: "test")`,
    );
    await ledger.setClock('2026-11-25T12:00:00+08:00');
    const deducted: Row[] = [];
    for (const fen of [200, 200, 9_600, 10_000])
      deducted.push(
        ...((await steps.giveBack(redemption, [], cash(fen)))['deducted'] as Row[]).map(({ points, fen: less }) => ({ points, less })),
      );
    expect(deducted).toEqual([
      { points: 1, less: 0 },
      { points: 1, less: 1 },
      { points: 48, less: 32 },
      { points: 50, less: 33 },
    ]);
    expect((await accrued(redemption)).map(({ fen }) => fen)).toEqual([66]);
    expect(await steps.giveBack(own.redemption, [], cash(20_000))).toMatchObject({ deducted: [], arrears: 100 });
  });

  test("at the issuer's own shop nobody owes anybody: the price is what others pay, also under a later rate that keeps it", async () => {
    await setPolicy('AUTO-P', { unrecovered: 'CASH_REFUND' });
    for (const terms of [
      'issuePrice: { fen: 20, points: 1 }, validFrom: "2026-11-22T00:00:00+08:00"',
      'validFrom: "2026-11-23T00:00:00+08:00"',
    ])
      await ledger.twoAgree(`proposeRate(programme: "AUTO-P", value: { fen: 10, points: 1 }, ${terms}, reason: "test")`);
    await ledger.setClock('2026-11-23T12:00:00+08:00');
    const member = uuid();
    await ledger.accrue(member, 'AUTO-P', 100);
    const redemption = await redeemed(member, [{ programme: 'AUTO-P', points: 100, fen: 1_000 }], 'automotive');
    await ledger.accrue(member, 'AUTO-P', 60, { redemption });
    await redeemed(member, [{ programme: 'AUTO-P', points: 50, fen: 500 }], 'automotive');
    expect(await steps.giveBack(redemption, [], cash(20_000))).toMatchObject({
      clawback: 10,
      arrears: 0,
      deducted: [{ programme: 'AUTO-P', points: 50, fen: 1_000 }],
    });
    expect(await ledger.numbers('select id from obligation')).toEqual([]);
  });

  test('points that a pack covered cost what the pack had cost, and do not go back to it', async () => {
    await ledger.twoAgree('proposePackTerms(programme: "COAL-P", price: { fen: 1, points: 2 }, minPoints: 1, months: 12, reason: "test")');
    await ledger.setClock('2026-11-22T12:00:00+08:00');
    await ledger.buy(100);
    const { redemption } = await bought(150, 120); // 100 of the pack at 0.5, 50 billed at 1: a third of a fen less than one each
    expect(await steps.giveBack(redemption, [], cash(20_000))).toMatchObject({ clawback: 30, arrears: 0, deducted: coal(120, 80) });
    expect(await ledger.numbers('select left_points::int as left from pack')).toEqual([{ left: 20 }]);
    expect((await accrued(redemption)).map(({ kind, points, fen }) => [kind, points, fen])).toEqual([
      ['ACCRUAL', 50, 50],
      ['RETURN', 10, 10],
    ]);
  });

  test('whoever else names the redemption, or reports after the cash went back, has no part in it', async () => {
    const { member, redemption } = await bought(100, 100, 'coalition');
    expect(await steps.giveBack(redemption, [], cash(20_000))).toMatchObject({ deducted: [], arrears: 100 });
    await ledger.earn('fashion', 100, { memberUid: member, redemption });
    expect(await ledger.numbers('select * from kept_points')).toEqual([]);
    expect(await ledger.balance(member, 'COAL-P')).toMatchObject({ available: 0 });
    expect(await arrearsOf(member)).toBe(100);
  });

  test('the month nets to nothing, and the statement of the shop is right to the fen', async () => {
    const { redemption } = await bought(200, 150);
    await steps.giveBack(redemption, [], cash(20_000));
    await ledger.setClock('2026-12-01T00:00:00+08:00');
    const { period } = (await ledger.write(
      finance,
      'mutation { closePeriod(id: "2026-11") { __typename ... on PeriodClosed { period { totalFen nets { partner { id } fen } } } } }',
    )) as { period: { totalFen: number; nets: { partner: { id: string }; fen: number }[] } };
    expect(period.totalFen).toBe(0);
    const { lines } = (await ledger.write(
      viewers.partner('fashion'),
      '{ statement(period: "2026-11") { lines { nodes { kind fen } } } }',
    )) as { lines: { nodes: { kind: string; fen: number }[] } };
    expect(lines.nodes).toEqual([
      { kind: 'REDEMPTION', fen: 1_000 },
      { kind: 'ACCRUAL', fen: -200 },
      { kind: 'RETURN', fen: 50 },
    ]);
  });

  test('what was sold and not given back goes on being owed to customers', async () => {
    const { redemption } = await bought(200, 150);
    const revenue = () =>
      ledger.numbers(`select sold_fen::int as sold, back_fen::int as back from accrual_revenue('COAL-P', clock()) where sold_fen > 0`);
    expect(await revenue()).toEqual([{ sold: 200, back: 0 }]);
    await steps.giveBack(redemption, [], cash(20_000));
    expect(await revenue()).toEqual([{ sold: 200, back: 50 }]);
  });

  test('staff of the operator set the policy, once per key and on record; others do not, and nonsense is refused', async () => {
    const policy = { graceDays: 5, unrecovered: 'CASH_REFUND' };
    expect(await setPolicy('TEL-P', policy, admin, 'p1')).toEqual({ programme: { returnPolicy: policy }, replayed: false });
    expect(await setPolicy('TEL-P', policy, admin, 'p1')).toMatchObject({ replayed: true });
    expect(await setPolicy('TEL-P', { graceDays: null })).toMatchObject({
      programme: { returnPolicy: { graceDays: null, unrecovered: 'ARREARS' } },
    });
    const codeOf = async (programme: string, change: Row, viewer = admin) =>
      (await ledger.ask(viewer, setPolicyOf, { programme, policy: change }, uuid())).errors?.[0]?.extensions?.['code'];
    expect(await codeOf('TEL-P', { graceDays: -1 })).toBe('BAD_INPUT');
    expect(await codeOf('TEL-P', { graceDays: 3_661 })).toBe('BAD_INPUT');
    expect(await codeOf('NO-P', {})).toBe('BAD_INPUT');
    expect(await codeOf('TEL-P', {}, viewers.partner('telecom') as never)).toBe('FORBIDDEN_FIELD');
    expect(await codeOf('TEL-P', {}, viewers.member(uuid()) as never)).toBe('FORBIDDEN_FIELD');
    const kept = await ledger.numbers<{ before: Row; after: Row }>(
      `select before, after from audit where operation = 'setReturnPolicy' and after::text like '%TEL-P%' order by id`,
    );
    expect(kept).toHaveLength(2);
  });
});
