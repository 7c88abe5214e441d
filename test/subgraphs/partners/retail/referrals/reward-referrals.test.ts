import { Client } from 'pg';
import { told } from '../../../../journeys/story.js';
import { openTestGraph, type TestGraph } from '../../../../support/graph.js';
import { seedTestGraph } from '../../../../support/seed.js';
import { viewers } from '../../../../support/viewers.js';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openTestGraph();
  await seedTestGraph(graph);
  for (const ref of ['anna', 'ben', 'cleo', 'dan'])
    await told(
      graph,
      shop,
      'mutation ($input: EnrolMemberInput!) { enrolMember(input: $input) { __typename } }',
      { input: { ref, name: ref } },
      `enrol-${ref}`,
    );
});
afterAll(() => graph.close());

const shop = viewers.partner('shop');
let keys = 0;
const setClock = (at: string): Promise<unknown> =>
  told(graph, viewers.anonymous, 'mutation ($at: DateTime!) { sandbox { setClock(at: $at) } }', { at });
const run = (): Promise<void> => graph.subgraph('retail').runJob('reward-referrals');
const refer = (
  referrerRef: string,
  referredRef: string,
  key = `refer-${(keys += 1)}`,
): Promise<{ __typename: string; id?: string; replayed?: boolean }> =>
  told(
    graph,
    shop,
    'mutation ($input: ReferMemberInput!) { referMember(input: $input) { __typename ... on MemberReferred { id replayed } ... on Refusal { code } } }',
    { input: { referrerRef, referredRef } },
    key,
  );
const buy = (memberRef: string, fen: number, basketRef = `basket-${(keys += 1)}`): Promise<unknown> =>
  told(
    graph,
    shop,
    'mutation ($input: ReportBasketInput!) { reportBasket(input: $input) { __typename } }',
    { input: { memberRef, basketRef, lines: [{ sku: 'x', category: 'daily', fen }] } },
    basketRef,
  );
const points = async (ref: string): Promise<number> =>
  (
    await told<{ balance: { available: number } | null }>(
      graph,
      shop,
      'query ($ref: String!) { member(ref: $ref) { balance(programme: "SHOP-P") { available } } }',
      { ref },
    )
  ).balance?.available ?? 0;
const terms = (input: object): Promise<unknown> =>
  told(
    graph,
    viewers.staff(),
    'mutation ($input: ReferralTermsInput!) { setReferralTerms(input: $input) { __typename ... on Refusal { code } } }',
    { input: { partner: 'shop', ...input } },
    `terms-${(keys += 1)}`,
  );

test('B14: who brought a buyer has 100 points once the purchase can no longer be taken back; who brought the bringer has nothing', async () => {
  await setClock('2027-03-01T00:00:00+08:00');
  expect(await refer('anna', 'ben', 'r-1')).toMatchObject({ __typename: 'MemberReferred', replayed: false });
  expect(await refer('anna', 'ben', 'r-1')).toMatchObject({ __typename: 'MemberReferred', replayed: true });
  await refer('ben', 'cleo');
  await buy('cleo', 9_999); // one fen short of the least purchase
  await run();
  await buy('cleo', 10_000);
  await setClock('2027-03-07T23:59:59+08:00');
  await run();
  expect([await points('anna'), await points('ben')]).toEqual([0, 0]);
  await setClock('2027-03-08T00:01:00+08:00');
  await Promise.all([run(), run(), run()]);
  await run();
  expect([await points('anna'), await points('ben')]).toEqual([0, 100]);
});

test('nobody brings themselves, a customer of before, or one whom somebody brought', async () => {
  expect(await refer('dan', 'dan')).toEqual({ __typename: 'OwnReferral', code: 'OWN_REFERRAL' });
  expect(await refer('dan', 'cleo')).toEqual({ __typename: 'NotNew', code: 'NOT_NEW' });
  expect(await refer('dan', 'ben')).toEqual({ __typename: 'AlreadyReferred', code: 'ALREADY_REFERRED' });
  expect(await refer('dan', 'nobody')).toEqual({ __typename: 'NotEnrolled', code: 'NOT_ENROLLED' });
  const both = await Promise.all([refer('anna', 'dan'), refer('ben', 'dan')]);
  expect(both.map(({ __typename }) => __typename).toSorted()).toEqual(['AlreadyReferred', 'MemberReferred']);
});

test('a second level is refused, to the operator too; terms hold for referrals from then on', async () => {
  expect(await terms({ levels: 2 })).toEqual({ __typename: 'MultiLevelRefused', code: 'MULTI_LEVEL_REFUSED' });
  expect(await terms({ minimumFen: 50_000, waitDays: 0 })).toEqual({ __typename: 'ReferralTermsSet' });
  expect(await told(graph, viewers.anonymous, '{ referralTerms(partner: "shop") { minimumFen withinDays waitDays } }')).toEqual({
    minimumFen: 50_000,
    withinDays: 90,
    waitDays: 0,
  });
});

test('without a purchase in time a referral lapses, and a later purchase earns nothing', async () => {
  const before = (await points('anna')) + (await points('ben'));
  await setClock('2027-09-01T00:00:00+08:00');
  await run();
  await buy('dan', 100_000);
  await run();
  expect((await points('anna')) + (await points('ben'))).toBe(before);
});

test('a thousand referrals that wait for months keep nobody from a reward', async () => {
  const client = new Client({ connectionString: graph.databaseUrl });
  await client.connect();
  try {
    await client.query(`insert into retail.referral (id, partner, referrer_uid, referred_uid, at, until, minimum_fen, wait_days, state)
      select gen_random_uuid(), 'shop', gen_random_uuid(), gen_random_uuid(), '2027-08-01', '2028-08-01', 10000, 0, 'WAITING' from generate_series(1, 1000)`);
  } finally {
    await client.end();
  }
  await told(graph, shop, 'mutation { enrolMember(input: { ref: "eve", name: "eve" }) { __typename } }', {}, 'enrol-eve');
  await refer('cleo', 'eve');
  await buy('eve', 60_000);
  const before = await points('cleo');
  await run();
  await run();
  expect((await points('cleo')) - before).toBe(100);
});
