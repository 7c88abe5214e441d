import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { Viewer } from '../../../../schema/viewer.js';
import { testIds } from '../../../support/subgraph.js';
import { viewers } from '../../../support/viewers.js';
import { stepsOf } from '../hold-steps.js';
import { openLedger, type TestLedger } from '../ledger.js';
import { publishEvents, transfer } from './ring.js';

let ledger: TestLedger;
const members = [uuid(), uuid()] as const;
const redemptions: string[] = [];
beforeAll(async () => {
  ledger = await openLedger();
  const steps = stepsOf(ledger);
  await ledger.setClock('2026-10-31T15:00:00Z');
  for (const [n, member] of members.entries()) {
    await ledger.accrue(member, 'AUTO-P', 100, { purchaseRef: `order-${n}` });
    await ledger.accrue(member, 'COAL-P', 200, { purchaseRef: `bill-${n}` });
    await ledger.accrue(member, 'COAL-P', 300, { purchaseRef: `later-bill-${n}` });
  }
  // The last instant of October and the first two of November, in Shanghai.
  for (const [at, member] of [
    ['2026-10-31T15:59:59Z', members[0]],
    ['2026-10-31T16:00:00Z', members[0]],
    ['2026-11-30T15:59:59Z', members[1]],
    ['2026-11-30T16:00:00Z', members[1]],
  ] as const) {
    await ledger.setClock(at);
    const [hold, redemption] = [uuid(), uuid()];
    const legs = [
      { programme: 'AUTO-P', points: 10, fen: 100 },
      { programme: 'COAL-P', points: 220, fen: 220 },
    ];
    await steps.place(member, legs, { hold, redemption });
    await steps.capture(hold);
    redemptions.push(redemption);
  }
  await ledger.subgraph.runJob('seal-roots');
});
afterAll(() => ledger.close());

interface Line {
  readonly redemption: string;
  readonly member: string;
  readonly points: number;
  readonly purchaseRef: string;
  readonly root: string;
  readonly jsonl: string;
  readonly digest: string;
}
interface Export {
  readonly firstDigest: string;
  readonly lines: { readonly nodes: Line[]; readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string } };
}
const page = async (viewer: Viewer, period: string, first: number, after: string | null = null): Promise<Export> => {
  const { data, errors } = await ledger.ask(
    viewer,
    `query ($period: ID!, $first: Int!, $after: String) { regulatorExport(period: $period) { period firstDigest lines(first: $first, after: $after) {
      nodes { redemption member points purchaseRef purchasePartner root jsonl digest } pageInfo { hasNextPage endCursor } } } }`,
    { period, first, after },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return data?.['regulatorExport'] as Export;
};

test('a month down to its purchases: parts sum to what was redeemed, digests to one for the file, whatever the size of a page', async () => {
  const whole = await page(viewers.regulator, '2026-11', 100);
  const shown = whole.lines.nodes.map(
    ({ redemption, points, purchaseRef }) => `${redemptions.indexOf(redemption)} ${points} ${purchaseRef}`,
  );
  // Member 0's first bill was spent in October already.
  expect(shown).toEqual(['1 10 order-0', '1 220 later-bill-0', '2 10 order-1', '2 200 bill-1', '2 20 later-bill-1']);
  expect(whole.lines.nodes.map(({ root }) => root)).toEqual(['1', '1', '1', '1', '1']);
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  expect(whole.firstDigest).toBe(sha256('tongdui export 2026-11'));
  const digest = whole.lines.nodes.reduce((before, { jsonl }) => sha256(`${before}\n${jsonl}`), whole.firstDigest);
  expect(whole.lines.nodes.at(-1)?.digest).toBe(digest);
  for (const size of [1, 2, 5]) {
    const lines: Line[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { lines: next } = await page(viewers.regulator, '2026-11', size, after);
      lines.push(...next.nodes);
      ({ hasNextPage: more, endCursor: after } = next.pageInfo);
    }
    expect(lines).toEqual(whole.lines.nodes);
  }
});

test('points that were sent on lead through every hand to the purchase, and to the member who earned them', async () => {
  await publishEvents(ledger);
  await ledger.setClock('2027-01-10T04:00:00Z');
  const [earner, between, spender] = [uuid(), uuid(), uuid()];
  await ledger.accrue(earner, 'COAL-P', 500, { purchaseRef: 'sent-on' });
  await transfer(ledger, earner, between, 400);
  await transfer(ledger, between, spender, 300);
  const steps = stepsOf(ledger);
  const [hold, redemption] = [uuid(), uuid()];
  await steps.place(spender, [{ programme: 'COAL-P', points: 300, fen: 300 }], { hold, redemption });
  await steps.capture(hold);
  const { data } = await ledger.ask(
    viewers.regulator,
    '{ regulatorExport(period: "2027-01") { lines { nodes { member earner hands points purchaseRef } } } }',
  );
  expect(data?.['regulatorExport']).toEqual({
    lines: {
      nodes: [
        {
          member: testIds.seal(spender, 'regulator'),
          earner: testIds.seal(earner, 'regulator'),
          hands: 2,
          points: 300,
          purchaseRef: 'sent-on',
        },
      ],
    },
  });
});

test('months end where Shanghai says; a month without redemptions is empty', async () => {
  const of = async (period: string) => [
    ...new Set((await page(viewers.regulator, period, 100)).lines.nodes.map(({ redemption }) => redemptions.indexOf(redemption))),
  ];
  expect(await of('2026-10')).toEqual([0]);
  expect(await of('2026-12')).toEqual([3]);
  expect(await of('2026-09')).toEqual([]);
});

test('masked: the regulator’s own ids, the same in a trace, and nothing else that says who it is', async () => {
  const { lines } = await page(viewers.regulator, '2026-11', 100);
  expect([...new Set(lines.nodes.map(({ member }) => member))]).toEqual(members.map((member) => testIds.seal(member, 'regulator')));
  const { data } = await ledger.ask(viewers.regulator, `{ trace(redemption: "${redemptions[1]}") { member } }`);
  expect(data?.['trace']).toEqual({ member: lines.nodes[0]?.member });
  const cursors = lines.pageInfo.endCursor;
  for (const member of members) {
    expect(JSON.stringify(lines)).not.toContain(member);
    expect(Buffer.from(cursors, 'base64url').toString()).not.toContain(member);
  }
});

test('for supervisors only; what is no month or no cursor of it is refused', async () => {
  const refusal = async (viewer: Viewer, period: string, after: string | null = null) =>
    (
      await ledger.ask(
        viewer,
        'query ($period: ID!, $after: String) { regulatorExport(period: $period) { lines(after: $after) { nodes { digest } } } }',
        {
          period,
          after,
        },
      )
    ).errors?.[0]?.extensions;
  for (const viewer of [
    viewers.partner('coalition'),
    viewers.partnerStaff('coalition'),
    viewers.member(members[0]),
    viewers.staff('finance'),
  ])
    expect(await refusal(viewer, '2026-11')).toMatchObject({ code: 'FORBIDDEN_FIELD' });
  for (const period of ['2026-13', '2026-1', 'x'])
    expect(await refusal(viewers.regulator, period)).toMatchObject({ code: 'BAD_INPUT', argument: 'period' });
  expect(await refusal(viewers.regulator, '2026-11', 'x')).toMatchObject({ code: 'BAD_INPUT', argument: 'after' });
});
