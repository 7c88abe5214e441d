import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { clawbackDue, type Goods, sumGoods } from '../../../../subgraphs/ledger/points/returned-goods.js';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import { openPartners, type PartnersLedger } from '../clearing/steps.js';
import { type Steps, stepsOf } from '../hold-steps.js';
import type { Row } from '../ledger.js';

const goods = <F>(sku: string, returned: number, fen: F) => ({ sku, returned, quantity: 1, fen });
const line = (sku: string, points: bigint) => ({ sku, points });
const dressAndMug = [line('dress', 600n), line('mug', 300n)];
const both = (dress: number, mug: number) => [goods('dress', dress, 30_000n), goods('mug', mug, 30_000n)];
const nothing = { done: 0n, total: 60_000n };
const half = { done: 30_000n, total: 60_000n };
const all = { done: 60_000n, total: 60_000n };

test.each`
  what                                             | lines                                        | gross    | goods                                                  | paid       | due
  ${'the dress'}                                   | ${dressAndMug}                               | ${false} | ${both(1, 0)}                                          | ${half}    | ${600n}
  ${'the mug'}                                     | ${dressAndMug}                               | ${false} | ${both(0, 1)}                                          | ${half}    | ${300n}
  ${'what was paid in points'}                     | ${dressAndMug}                               | ${true}  | ${both(1, 0)}                                          | ${nothing} | ${600n}
  ${'both'}                                        | ${dressAndMug}                               | ${false} | ${both(1, 1)}                                          | ${all}     | ${900n}
  ${'two of three'}                                | ${[line('dress', 100n)]}                     | ${false} | ${[{ ...both(2, 0)[0], quantity: 3 }]}                 | ${half}    | ${66n}
  ${'one number in two lines'}                     | ${[...dressAndMug, line('mug', 9n)]}         | ${false} | ${both(0, 1)}                                          | ${half}    | ${309n}
  ${'goods under other numbers'}                   | ${[line('till', 900n)]}                      | ${false} | ${both(1, 0)}                                          | ${half}    | ${450n}
  ${'goods under other numbers, paid in points'}   | ${[line('till', 900n)]}                      | ${true}  | ${both(1, 0)}                                          | ${nothing} | ${450n}
  ${'the same where only cash earned'}             | ${[line('till', 900n)]}                      | ${false} | ${both(1, 0)}                                          | ${nothing} | ${0n}
  ${'other numbers whose cash is more than value'} | ${[line('till', 900n)]}                      | ${true}  | ${[both(1, 0)[0], { ...both(0, 0)[1], fen: 60_000n }]} | ${half}    | ${450n}
  ${'some of each'}                                | ${[line('dress', 600n), line('till', 300n)]} | ${false} | ${both(1, 0)}                                          | ${half}    | ${750n}
  ${'a return that named no goods'}                | ${dressAndMug}                               | ${true}  | ${[]}                                                  | ${half}    | ${450n}
`('$what: $due points come due', ({ lines, gross, goods: back, paid, due }) => {
  const points = (lines as { points: bigint }[]).reduce((sum, each) => sum + each.points, 0n);
  expect(clawbackDue({ points, lines, gross }, back as Goods[], paid)).toBe(due);
});

test('whatever comes back in whatever order: never less than before, never more than there was, and all of it at the end', () => {
  const item = fc.record({ quantity: fc.integer({ min: 1, max: 6 }), fen: fc.bigInt(0n, 10n ** 9n), points: fc.bigInt(0n, 10n ** 9n) });
  fc.assert(
    fc.property(
      fc.array(item, { minLength: 1, maxLength: 5 }),
      fc.bigInt(0n, 10n ** 6n),
      fc.boolean(),
      fc.infiniteStream(fc.nat()),
      (items, other, gross, picks) => {
        const lines = [...items.map(({ points }, n) => line(`${n}`, points)), line('other', other)];
        const points = lines.reduce((sum, each) => sum + each.points, 0n);
        const left = items.flatMap(({ quantity }, n) => Array.from({ length: quantity }, () => n));
        const total = items.reduce((sum, { fen }) => sum + fen, 1n);
        const returns: Goods[][] = [];
        for (let before = 0n, done = 0n; left.length > 0;) {
          const [piece] = left.splice((picks.next().value as number) % left.length, 1);
          returns.push(items.map(({ quantity, fen }, n) => ({ sku: `${n}`, returned: n === piece ? 1 : 0, quantity, fen })));
          done = left.length === 0 ? total : done + (total - done) / 3n;
          const due = clawbackDue({ points, lines, gross }, sumGoods(returns), { done, total });
          expect(due >= before && due <= points).toBe(true);
          if (left.length === 0) expect(due).toBe(points);
          before = due;
        }
      },
    ),
    { seed: 20_261_130 },
  );
});

describe('in the ledger', () => {
  let ledger: PartnersLedger;
  let steps: Steps;
  beforeAll(async () => {
    ledger = await openPartners();
    steps = stepsOf(ledger);
    await ledger.setClock('2026-11-21T12:00:00+08:00');
  });
  afterAll(async () => {
    expect(await auditOf(ledger.database.url)).toEqual([]);
    await ledger.close();
  });

  /** A dress and a mug of 300.00 each: a fen of the mug in points, and 600 and 300 points earned at fashion. */
  async function bought(reported = true): Promise<{ member: string; redemption: string; report: () => Promise<unknown> }> {
    const [member, redemption] = [uuid(), uuid()];
    await ledger.accrue(member, 'AUTO-P', 100);
    const legs = [{ programme: 'AUTO-P', points: 1, fen: 1 }];
    const { hold } = (await steps.place(member, legs, { redemption, acceptor: 'fashion' })) as { hold: string };
    await steps.capture(hold);
    const lines = [
      { sku: 'dress', fen: 600 },
      { sku: 'mug', fen: 300 },
    ];
    const report = () => ledger.accrue(member, 'COAL-P', 0, { partner: 'fashion', redemption, lines });
    if (reported) await report();
    return { member, redemption, report };
  }
  const back = (redemption: string, dress: number, mug: number, more: Row = {}) =>
    steps.giveBack(redemption, [], {
      cashFen: 30_000 * dress + 29_999 * mug,
      cashTotalFen: 59_999,
      goods: [goods('dress', dress, 30_000), goods('mug', mug, 30_000)],
      ...more,
    });
  const available = async (member: string): Promise<unknown> => (await ledger.balance(member, 'COAL-P'))?.['available'];

  test('the dress with the double points takes its 600 with it, and the mug then its 300', async () => {
    const { member, redemption } = await bought();
    expect(await available(member)).toBe(900);
    expect(await back(redemption, 1, 0)).toMatchObject({ clawback: 600, arrears: 0 });
    expect(await available(member)).toBe(300);
    expect(await back(redemption, 0, 1)).toMatchObject({ clawback: 300, arrears: 0 });
    expect(await available(member)).toBe(0);
  });

  test('goods that were paid in points alone take theirs with them, however little cash comes back', async () => {
    const { member, redemption } = await bought();
    expect(await back(redemption, 1, 0, { cashFen: 0 })).toMatchObject({ clawback: 600 });
    expect(await available(member)).toBe(300);
  });

  test('a purchase that is reported after its dress came back loses the points of the dress at once', async () => {
    const { member, redemption, report } = await bought(false);
    await back(redemption, 1, 0);
    await report();
    expect(await available(member)).toBe(300);
  });

  test('each return says what came due with it, and so much of the revenue goes back', async () => {
    const { redemption } = await bought();
    const revenue = () =>
      ledger.numbers(
        `select sold_fen::int as sold, back_fen::int as back from accrual_revenue('COAL-P', clock()) r join accrual a on a.id = r.accrual where a.redemption = '${redemption}'`,
      );
    await back(redemption, 1, 0);
    expect(await revenue()).toEqual([{ sold: 900, back: 600 }]);
    await back(redemption, 0, 1);
    expect(await revenue()).toEqual([{ sold: 900, back: 900 }]);
    const due = `select c.points::int from clawed_points c join point_return r on r.id = c.return where r.redemption = '${redemption}' order by r.at, r.id`;
    expect(await ledger.numbers(due)).toEqual([{ points: 600 }, { points: 300 }]);
  });
});
