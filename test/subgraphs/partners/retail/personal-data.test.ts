import { serviceViewer } from '../../../../schema/viewer.js';
import { subgraph } from '../../../../subgraphs/partners/retail/index.js';
import { viewers } from '../../../support/viewers.js';
import { codeOf, must, openTrade, type OpenTrade, uids } from '../trade.js';

let retail: OpenTrade;
beforeAll(async () => {
  retail = await openTrade(subgraph, 'fashion');
});
afterAll(() => retail.close());

const members = { ...serviceViewer('erasures', 'test'), via: 'members' };
const forget = async (): Promise<unknown> =>
  must(
    await retail.ask(members, 'mutation ($uid: ID!) { forgetMember(memberUid: $uid, erasure: "e-1") }', { uid: uids.li }, 'e-1'),
    'forgetMember',
  );
const buy = (memberRef: string, basketRef: string, key: string) =>
  retail.ask(
    viewers.partner('fashion'),
    'mutation ($input: ReportBasketInput!) { reportBasket(input: $input) { ... on BasketReported { replayed basket { basketRef lines { sku fen cashFen size colour } } } } }',
    {
      input: {
        memberRef,
        basketRef,
        lines: [
          { sku: 'dress', fen: 30_000, size: '38', colour: 'red' },
          { sku: 'mug', fen: 10_001 },
        ],
      },
    },
    key,
  );
const shown = (size: string | null, colour: string | null) => [
  { sku: 'dress', fen: 30_000, cashFen: 30_000, size, colour },
  { sku: 'mug', fen: 10_001, cashFen: 10_001, size: null, colour: null },
];

test('sizes, colours and the days of children go, twice and at once; figures and numbers stay, and nobody else loses anything', async () => {
  await buy('li', 'K-1', 'k-1');
  await buy('wang', 'K-2', 'k-2');
  for (const memberRef of ['li', 'wang']) {
    await retail.ask(
      viewers.partner('fashion'),
      `mutation { reportEngagement(input: { memberRef: "${memberRef}", kind: LECTURE, proofRef: "L-1", at: "2027-01-01T00:00:00Z" }) { __typename } }`,
      {},
      `lecture-${memberRef}`,
    );
    // As the job records one.
    await retail.sql(
      `insert into engagement select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'event_id', gen_random_uuid(),
         'ref', 'event/CHILD_BIRTHDAY/2027-05-17/' || e.member_uid, 'at', '2027-05-17T00:00:00+08:00', 'kind', 'CHILD_BIRTHDAY', 'proof_ref', '2027-05-17'))).*
       from engagement e where e.member_uid = ? and e.kind = 'LECTURE'`,
      [uids[memberRef as 'li']],
    );
  }
  expect(await Promise.all([forget(), forget()])).toEqual([true, true]);
  expect(await forget()).toBe(true);

  const kept = async (uid: string): Promise<string> =>
    JSON.stringify([
      await retail.sql('select * from basket where member_uid = ?', [uid]),
      await retail.sql('select * from engagement where member_uid = ?', [uid]),
    ]);
  const [li, wang] = [await kept(uids.li), await kept(uids.wang)];
  for (const trace of ['red', '\\"size\\"', '05-17', 'CHILD_BIRTHDAY']) {
    expect([trace, wang.includes(trace)]).toEqual([trace, true]);
    expect([trace, li.includes(trace)]).toEqual([trace, false]);
  }
  expect(li).toContain('L-1');
});

test('a purchase that was reported before earns no second time, whoever is named', async () => {
  const accrued = retail.ledger.accruals.length;
  // Under its key, the first answer, as far as it is still kept.
  expect(must(await buy('li', 'K-1', 'k-1'), 'reportBasket')).toEqual({
    replayed: true,
    basket: { basketRef: 'K-1', lines: shown(null, null) },
  });
  expect(codeOf(await buy('li', 'K-1', 'other-key'))).toBe('IDEMPOTENCY_CONFLICT');
  expect(codeOf(await buy('wang', 'K-1', 'third-key'))).toBe('IDEMPOTENCY_CONFLICT');
  expect(must(await buy('wang', 'K-2', 'fourth-key'), 'reportBasket')).toEqual({
    replayed: true,
    basket: { basketRef: 'K-2', lines: shown('38', 'red') },
  });
  expect(retail.ledger.accruals.length).toBe(accrued);
});
