import pg from 'pg';
import type { Viewer } from '../../../schema/viewer.js';
import { openTestGraph, type TestGraph } from '../../support/graph.js';
import { seedTestGraph } from '../../support/seed.js';
import { viewers } from '../../support/viewers.js';

/** The catalog's calls against the real ledger and the real desks, through the gateway: that what the fake peers play is what is there. */
let graph: TestGraph;
let database: pg.Client;
let yan: Viewer;
beforeAll(async () => {
  graph = await openTestGraph();
  database = new pg.Client(graph.databaseUrl);
  await database.connect();
  await seedTestGraph(graph);
  const { rows } = await database.query<{ uid: string }>(
    `select member_uid as uid from members.member_link where partner = 'automotive' and ref = 'M-Yan'`,
  );
  yan = viewers.member(rows[0]?.uid ?? '');
});
afterAll(async () => {
  await database.end();
  await graph.close();
});

async function get<T = Record<string, unknown>>(viewer: Viewer, query: string, key?: string): Promise<T> {
  const { data, errors } = await graph.ask(viewer, query, {}, key);
  if (errors) throw new Error(JSON.stringify(errors));
  return Object.values(data ?? {})[0] as T;
}

const balances = async (): Promise<string> => {
  const { a, c } = (
    await graph.ask(yan, '{ me { a: balance(programme: "AUTO-P") { available held } c: balance(programme: "COAL-P") { available held } } }')
  ).data?.['me'] as Record<'a' | 'c', { available: number; held: number }>;
  return `${a.available}+${a.held} ${c.available}+${c.held}`;
};
const cart = `cart: [{ item: "basic-maintenance" }], prefer: ["AUTO-P", "COAL-P"]`;

test('M-Yan: quote, hold, release; then redeem and return, with the obligations that follow', async () => {
  expect(await balances()).toBe('1000+0 30000+0');
  const { quote } = await get<{ quote: { id: string } }>(
    yan,
    `mutation { quote(${cart}) { ... on Quoted { quote { id cashFen legs { programme { id name { en } } points fen } lines { item { name { en } } } } } } }`,
    'yan-quote',
  );
  expect(quote).toMatchObject({ cashFen: 10_000, legs: [{ programme: { id: 'AUTO-P' } }, { points: 30_000, fen: 30_000 }] });
  const { hold } = await get<{ hold: { id: string } }>(
    yan,
    `mutation { hold(quoteId: "${quote.id}") { ... on Held { hold { id } } } }`,
    'yan-hold',
  );
  expect(await balances()).toBe('0+1000 0+30000');
  expect(await get(yan, `mutation { release(holdId: "${hold.id}") { ... on Released { released } } }`, 'yan-release')).toEqual({
    released: true,
  });
  expect(await balances()).toBe('1000+0 30000+0');
  const { redemption } = await get<{ redemption: { id: string } }>(
    yan,
    `mutation { redeem(quoteId: "${quote.id}") { __typename ... on Redeemed { redemption { id state lines { delivery { kind reference } } } }
      ... on QuoteExpired { newQuote { id } } } }`,
    'yan-redeem',
  );
  expect(redemption).toMatchObject({
    state: 'COMPLETED',
    lines: [{ delivery: { kind: 'SERVICE_VOUCHER', reference: expect.any(String) } }],
  });
  expect(await balances()).toBe('0+0 0+0');
  const automotive = viewers.partner('automotive');
  const owed = `{ redemption(id: "${redemption.id}") { obligations { debtor { id } creditor { id } fen feeFen } } }`;
  expect(await get(viewers.staff('admin'), owed)).toMatchObject({
    obligations: [{ debtor: { id: 'coalition' }, creditor: { id: 'automotive' }, fen: 30_000, feeFen: 600 }],
  });
  const back = await get(
    automotive,
    `mutation { returnLines(redemption: "${redemption.id}", lines: [{ line: 1 }], reason: SERVICE_CANCELLED) { __typename
      ... on LinesReturned { restored { programme { id } points } cashFen clawback arrears } } }`,
    'yan-return',
  );
  expect(back).toMatchObject({ __typename: 'LinesReturned', cashFen: 10_000, restored: [{ points: 1_000 }, { points: 30_000 }] });
  expect(await get(yan, '{ me { member { serviceVouchers { code } } } }')).toEqual({ member: { serviceVouchers: [] } });
  expect(await balances()).toBe('1000+0 30000+0');
});

test('hold and capture at the desk, and a refusal with what is missing', async () => {
  const { quote } = await get<{ quote: { id: string } }>(
    yan,
    `mutation { quote(${cart}) { ... on Quoted { quote { id } } } }`,
    'desk-quote',
  );
  const { hold } = await get<{ hold: { id: string } }>(
    yan,
    `mutation { hold(quoteId: "${quote.id}") { ... on Held { hold { id } } } }`,
    'desk-hold',
  );
  expect(await get(yan, `mutation { capture(holdId: "${hold.id}") { ... on Captured { redemption { state } } } }`, 'desk-capture')).toEqual(
    { redemption: { state: 'COMPLETED' } },
  );
  expect(
    await get(yan, `mutation { quote(${cart}) { __typename ... on InsufficientPoints { programme { id } missing } } }`, 'desk-again'),
  ).toEqual({
    __typename: 'InsufficientPoints',
    programme: { id: 'AUTO-P' },
    missing: 5_000,
  });
  expect(await get(yan, '{ me { redemptions { nodes { state } } } }')).toMatchObject({
    redemptions: { nodes: [{ state: 'COMPLETED' }, { state: 'COMPLETED' }] },
  });
});

test('what could be redeemed, over every owner in one page', async () => {
  const { nodes } = await get<{ nodes: { state: string; missing: number | null; item: { id: string } }[] }>(
    yan,
    '{ redeemable(first: 50) { nodes { item { id owner { name { en } } } state missing } } }',
  );
  expect(nodes.find(({ item }) => item.id === 'basic-maintenance')).toMatchObject({ state: 'MISSING_POINTS', missing: 5_000 });
});

const redeemCredit = `mutation { redeem(cart: [{ item: "phone-credit-10" }], prefer: ["TEL-P"]) { __typename ... on Redeemed { redemption { id state } } } }`;
const linWithTelecom = async (): Promise<Viewer> => {
  const { rows } = await database.query<{ uid: string }>(
    `select member_uid as uid from members.member_link where partner = 'telecom' and ref = 'M-Lin'`,
  );
  return viewers.member(rows[0]?.uid ?? '');
};

test('phone credit goes with the return that pays its points back, and once a bill has used it there is none', async () => {
  const lin = await linWithTelecom();
  const telecom = viewers.partner('telecom');
  const held = async () => {
    const { me } = (await graph.ask(lin, '{ me { balance(programme: "TEL-P") { available } member { phoneCreditFen } } }')).data as {
      me: { balance: { available: number }; member: { phoneCreditFen: number } };
    };
    return [me.member.phoneCreditFen, me.balance.available];
  };
  const [credit = 0, points = 0] = await held();
  const redeemed = async (key: string): Promise<string> =>
    (await get<{ redemption: { id: string } }>(lin, redeemCredit, key)).redemption.id;
  const back = (redemption: string) =>
    get(
      telecom,
      `mutation { returnLines(redemption: "${redemption}", lines: [{ line: 1 }], reason: NOT_DELIVERED) { __typename } }`,
      `back-${redemption}`,
    );
  const first = await redeemed('credit-1');
  expect(await held()).toEqual([credit + 1_000, points - 1_000]);
  expect(await back(first)).toEqual({ __typename: 'LinesReturned' });
  expect(await held()).toEqual([credit, points]);
  const second = await redeemed('credit-2');
  await get(
    telecom,
    `mutation { reportBill(input: { memberRef: "M-Lin", billRef: "credit", period: "2026-11", amountFen: ${credit + 1_000} }) { __typename } }`,
    'credit-bill',
  );
  const [left, after] = await held();
  expect(left).toBe(0);
  expect(await back(second)).toEqual({ __typename: 'NothingLeft' });
  expect(await held()).toEqual([0, after]);
});

test('an answer that is lost on the way from the real desk is asked for again, and given once', async () => {
  await database.query(`insert into sandbox.fault (point, action, remaining, delay_ms) values ('answer.telecom', 'ERROR', 1, 0)`);
  const lin = await linWithTelecom();
  const first = await get<{ redemption: { id: string; state: string } }>(lin, redeemCredit, 'lin');
  expect(first.redemption.state).toBe('PENDING');
  await database.query('update catalog.redemption set lease_until = null');
  await graph.subgraph('catalog').runJob('resume-redemptions');
  expect(await get(lin, redeemCredit, 'lin')).toMatchObject({ redemption: { id: first.redemption.id, state: 'COMPLETED' } });
  const delivered = await database.query('select 1 from telecom.entitlement where redemption = $1', [first.redemption.id]);
  expect(delivered.rows).toHaveLength(1);
});

test('a campaign promotes a rule of the real ledger: while it is a draft not, and not from before it begins', async () => {
  const [admin, approver] = [viewers.staff('admin'), viewers.staff('approver')];
  const dated = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const begins = dated(10);
  const { rule } = await get<{ rule: { id: string } }>(
    admin,
    `mutation { draftRule(input: { programme: "COAL-P", name: "campaign", kind: BONUS, bonusBasisPoints: 10000, validFrom: "${begins}" }) {
      ... on RuleDrafted { rule { id } } } }`,
    'campaign-rule',
  );
  const published = async (startsAt: string, round: string): Promise<Record<string, unknown>> => {
    await get(
      admin,
      `mutation { createCampaign(input: { id: "real-rule", owner: "shop", name: { zh: "活动", en: "Campaign" },
        headline: { zh: "积分加倍", en: "Double points" }, startsAt: "${startsAt}", endsAt: "${dated(20)}", rules: ["${rule.id}"],
        disclosure: { threshold: "none", accrualRule: "double", expiry: "12 months", limits: "none" } }) { __typename } }`,
      `campaign-create-${round}`,
    );
    return get(
      approver,
      'mutation { publish(campaign: "real-rule") { __typename ... on LabelMismatch { computed } } }',
      `campaign-publish-${round}`,
    );
  };
  expect(await published(begins, 'draft')).toEqual({ __typename: 'LabelMismatch', computed: 'not published' });
  await get(approver, `mutation { publishRule(rule: "${rule.id}") { __typename } }`, 'campaign-rule-publish');
  expect(await published(dated(9), 'early')).toEqual({ __typename: 'LabelMismatch', computed: `in force from ${begins}` });
  expect(await published(begins, 'in-force')).toEqual({ __typename: 'Published' });
});
