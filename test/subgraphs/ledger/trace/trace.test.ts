import { v7 as uuid } from 'uuid';
import { testIds } from '../../../support/subgraph.js';
import { viewers } from '../../../support/viewers.js';
import { stepsOf } from '../hold-steps.js';
import { openLedger, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
const member = uuid();
const [hold, redemption] = [uuid(), uuid()];
beforeAll(async () => {
  ledger = await openLedger();
  const steps = stepsOf(ledger);
  await ledger.setClock('2026-11-20T04:00:00Z');
  await ledger.accrue(member, 'AUTO-P', 1_000, { purchaseRef: 'order-1' });
  await ledger.accrue(member, 'COAL-P', 20_000, { purchaseRef: 'bill-1' });
  await ledger.setClock('2026-11-21T04:00:00Z');
  await ledger.accrue(member, 'COAL-P', 15_000, { purchaseRef: 'bill-2', partner: 'fashion' });
  await ledger.accrue(member, 'COAL-P', 7_000, { purchaseRef: 'bill-3' });
  const legs = [
    { programme: 'AUTO-P', points: 1_000, fen: 10_000 },
    { programme: 'COAL-P', points: 30_000, fen: 30_000 },
  ];
  await steps.place(member, legs, { hold, redemption });
  await steps.capture(hold);
});
afterAll(() => ledger.close());

const query = `query ($redemption: ID!) { trace(redemption: $redemption) {
  redemption member points at acceptor { id } chain { ok firstBad root }
  legs { programme { id } points fen lots { points earnedAt origin { kind accrual { id points } purchase { partner { id } purchaseRef at } } } }
} }`;
interface Found {
  readonly points: number;
  readonly legs: { points: number; lots: { points: number }[] }[];
}

test('from a redemption to the purchases: the parts of lots sum to the points redeemed', async () => {
  const [first, second] = ['2026-11-20T04:00:00.000Z', '2026-11-21T04:00:00.000Z'];
  const purchase = (partner: string, purchaseRef: string, at: string, points: number) => ({
    kind: 'PURCHASE',
    accrual: { id: expect.any(String), points },
    purchase: { partner: { id: partner }, purchaseRef, at },
  });
  for (const viewer of [viewers.regulator, viewers.staff('finance'), viewers.staff('admin')]) {
    const { data, errors } = await ledger.ask(viewer, query, { redemption });
    expect(errors).toBeUndefined();
    expect(data?.['trace']).toEqual({
      redemption,
      member: testIds.seal(member, viewer.kind),
      points: 31_000,
      at: second,
      acceptor: { id: 'automotive' },
      chain: { ok: true, firstBad: null, root: null },
      legs: [
        {
          programme: { id: 'AUTO-P' },
          points: 1_000,
          fen: 10_000,
          lots: [{ points: 1_000, earnedAt: first, origin: purchase('automotive', 'order-1', first, 1_000) }],
        },
        {
          programme: { id: 'COAL-P' },
          points: 30_000,
          fen: 30_000,
          lots: [
            { points: 20_000, earnedAt: first, origin: purchase('coalition', 'bill-1', first, 20_000) },
            { points: 10_000, earnedAt: second, origin: purchase('fashion', 'bill-2', second, 15_000) },
          ],
        },
      ],
    });
    const { points, legs } = data?.['trace'] as Found;
    const sum = (parts: readonly { points: number }[]): number => parts.reduce((total, part) => total + part.points, 0);
    expect([sum(legs), ...legs.map(({ lots }) => sum(lots))]).toEqual([points, ...legs.map((leg) => leg.points)]);
    expect(JSON.stringify(data)).not.toContain(member);
  }
});

test('the chain behind it: the root that covers it, and the first entry that was altered', async () => {
  await ledger.subgraph.runJob('seal-roots');
  const chain = async () =>
    (
      (await ledger.ask(viewers.regulator, `query { trace(redemption: "${redemption}") { chain { ok firstBad root } } }`)).data?.[
        'trace'
      ] as { chain: object }
    ).chain;
  expect(await chain()).toEqual({ ok: true, firstBad: null, root: '1' });
  const roots = await ledger.ask(
    viewers.anonymous,
    '{ journalRoots(first: 5) { nodes { id from merkleRoot previousRoot signature } pageInfo { hasNextPage } } }',
  );
  expect(roots.data?.['journalRoots']).toEqual({
    nodes: [{ id: '1', from: null, merkleRoot: expect.stringMatching(/^[0-9a-f]{64}$/), previousRoot: null, signature: null }],
    pageInfo: { hasNextPage: false },
  });
  const asSuperuser = (harm: string) => ledger.sql(`do $$ begin set local session_replication_role = replica; ${harm}; end $$`);
  await asSuperuser(`update entry set cause_id = cause_id || 'x' where member_uid = '${member}' and seq = 2`);
  expect(await chain()).toEqual({ ok: false, firstBad: 2, root: '1' });
  await asSuperuser(`update entry set cause_id = left(cause_id, -1) where member_uid = '${member}' and seq = 2`);
  expect(await chain()).toEqual({ ok: true, firstBad: null, root: '1' });
});

test('for regulators and finance only; what does not exist is absent, what is no id is refused', async () => {
  const code = async (viewer: Parameters<TestLedger['ask']>[0]) =>
    (await ledger.ask(viewer, query, { redemption })).errors?.[0]?.extensions?.['code'];
  for (const viewer of [viewers.partner('automotive'), viewers.partnerStaff('automotive'), viewers.member(member)])
    expect(await code(viewer)).toBe('FORBIDDEN_FIELD');
  expect(await code(viewers.anonymous)).toBe('UNAUTHENTICATED');
  expect((await ledger.ask(viewers.regulator, query, { redemption: uuid() })).data).toEqual({ trace: null });
  expect((await ledger.ask(viewers.regulator, query, { redemption: 'x' })).errors?.[0]?.extensions).toEqual({
    code: 'BAD_INPUT',
    argument: 'redemption',
  });
});
