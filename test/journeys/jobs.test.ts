import { createLocalJWKSet } from 'jose';
import { Client } from 'pg';
import { graphClient } from '../../gateway/client/ask.js';
import { type Graph, openGraph } from '../../gateway/one-process.js';
import { seedDemo } from '../../gateway/sandbox/seed.js';
import { type RosterLine, subgraphsOf } from '../../schema/roster.js';
import { loadSubgraph } from '../../subgraphs/serve.js';
import { auditOf } from '../../subgraphs/ledger/proof/audit.js';
import { jobsOf, type RunningSubgraph } from '../../subgraphs/kernel/subgraph.js';
import { sandboxFaults } from '../../subgraphs/sandbox/index.js';
import { audience, issuer, jwks, openTestGraph, type TestGraph } from '../support/graph.js';
import { testIds } from '../support/subgraph.js';
import { viewers } from '../support/viewers.js';
import type { Viewer } from '../../schema/viewer.js';
import { insist, redeemOwn, type Redeemed } from './story.js';

const began = '2026-11-21T10:00:00+08:00';
const lines: readonly RosterLine[] = subgraphsOf(true);
const admin = viewers.staff('admin');

let graph: TestGraph;
let second: Graph;
let database: Client;
/** Every job of every subgraph, `ledger remind`. */
let jobs: readonly string[];
let keys = 0;
const key = (): string => `jobs-${(keys += 1)}`;
const write = <T = Record<string, unknown>>(viewer: Viewer, document: string, variables = {}): Promise<T> =>
  insist<T>(graph, viewer, document, variables, key());
const setClock = (at: string): Promise<unknown> =>
  write(viewers.anonymous, 'mutation ($at: DateTime!) { sandbox { setClock(at: $at) } }', { at });
const fault = (point: string): Promise<unknown> =>
  write(viewers.anonymous, 'mutation ($point: String!) { sandbox { injectFault(point: $point, action: ERROR, times: 1) } }', { point });
/** What a client sends that is cut off on the way. */
const cut = async (viewer: Viewer, document: string, variables: Record<string, unknown> = {}): Promise<void> => {
  const answer = await graph.ask(viewer, document, variables, key());
  expect(answer.errors?.length ?? (JSON.stringify(answer.data).includes('PENDING') ? 1 : 0)).toBeGreaterThan(0);
};
const numbers = async (sql: string): Promise<unknown> =>
  (await database.query<Record<string, unknown>>(sql.replaceAll('clock()', 'ledger.clock()'))).rows[0];

beforeAll(async () => {
  graph = await openTestGraph(lines);
  database = new Client(graph.databaseUrl);
  await database.connect();
  await setClock(began);
  const client = graphClient(graph.url);
  await seedDemo({
    ask: client.ask,
    issuer: {
      issue: ({ kind, sub, partner, scope }) =>
        graph.tokenOf({ kind, sub, scopes: scope, language: 'en', traceId: 'seed', ...(partner === undefined ? {} : { partner }) }),
    },
    now: new Date(began),
  });
  await client.close();
  second = await openGraph({
    lines,
    databaseUrl: graph.databaseUrl,
    ids: testIds,
    faults: sandboxFaults(graph.databaseUrl),
    tokens: { issuer, audience, keys: createLocalJWKSet(await jwks()) },
    poolSize: 5,
  });
  const definitions = await Promise.all(lines.map(async (line) => ({ line, definition: await loadSubgraph(line) })));
  jobs = definitions.flatMap(({ line, definition }) => jobsOf(definition as never).map(({ name }) => `${line.name} ${name}`));
});
afterAll(async () => {
  await database.end();
  await second.close();
  await graph.close();
});

/** Every job on both instances, several at once; what one instance held the others leave for the next run. */
async function everyJob(): Promise<void> {
  for (const each of jobs) {
    const [name = '', job = ''] = each.split(' ');
    const other = second.subgraphs.find((subgraph) => subgraph.name === name) as RunningSubgraph;
    await Promise.all([graph.subgraph(name), other, graph.subgraph(name), other].map((instance) => instance.runJob(job)));
    await graph.subgraph(name).runJob(job);
  }
}

/** All that is kept, table by table; leases and queues of the jobs themselves are not. */
async function everything(): Promise<Record<string, string>> {
  const tables = await database.query<{ table: string }>(
    `select format('%I.%I', table_schema, table_name) as table from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema !~ '^(pg_|information_schema|sandbox)' and table_schema !~ '_jobs$'`,
  );
  const kept: Record<string, string> = {};
  for (const { table } of tables.rows) {
    const { rows } = await database.query<{ hash: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as hash from ${table} t`,
    );
    kept[table] = rows[0]?.hash ?? '';
  }
  return kept;
}

/** What each job is seen to have done once everything is over; a job without a line fails. */
const effects: Readonly<Record<string, readonly [sql: string, once: unknown]>> = {
  'ledger expire-holds': ['select count(*)::int as open from ledger.hold where open', { open: 0 }],
  'ledger expire-lots': [
    `select (select count(*)::int from ledger.lot where open and expires_at <= clock() and remaining > held) as left,
       (select count(*)::int from (select lot from ledger.posting p join ledger.entry e using (member_uid, seq) where e.kind = 'EXPIRY' and lot is not null
          group by lot having count(*) > 1) twice) as twice`,
    { left: 0, twice: 0 },
  ],
  'ledger settle-arrears': [
    `select count(*)::int as owing from ledger.wallet w join ledger.lot_now l using (member_uid, programme) where arrears > 0 and l.free > 0`,
    { owing: 0 },
  ],
  'ledger renew-lots': [
    `select count(*)::int as lots, min(expires_at) between timestamptz '2027-05-24 10:00+08' and timestamptz '2027-05-24 10:05+08' as renewed from ledger.lot where programme = 'SLIDE-P'`,
    { lots: 1, renewed: true },
  ],
  // On one machine nothing is ever owed that is not folded at once.
  'ledger fold-owed': [`select to_regclass('ledger.owed') is null as never`, { never: true }],
  'ledger remind': [
    `select count(*) > 0 as some, count(*) = count(distinct (lot, expires_at, days_before)) as once from ledger.reminder`,
    { some: true, once: true },
  ],
  'ledger statement-roots': [
    `select count(*) > 0 as some, count(*) = count(distinct period) as once from ledger.statement_root`,
    { some: true, once: true },
  ],
  'ledger fold-credit': [
    `select (select count(*)::int from ledger.credit_movement) as waiting, (select count(*)::int from ledger.clearing_alert where partner = 'fashion' and kind = 'CREDIT_NEAR') as alerts`,
    { waiting: 0, alerts: 1 },
  ],
  'ledger forget-write-keys': [
    `select count(*) filter (where created_at <= clock() - interval '30 days')::int as over from ledger.write_key`,
    { over: 0 },
  ],
  'ledger close-periods': [
    `select array_agg(id order by id) as closed from ledger.settlement_period where status = 'CLOSED'`,
    { closed: ['2026-11'] },
  ],
  'ledger seal-roots': [
    `select count(*) > 0 as some, count(*) = count(distinct coalesce(previous_root::text, '')) as once, (select sum(seq - after)::int from ledger.root_head) = (select count(*)::int from ledger.entry) as whole from ledger.root`,
    { some: true, once: true, whole: true },
  ],
  'ledger look-through': [`select count(*)::int as n from ledger.look_through_case where kind = 'PATTERN'`, { n: 1 }],
  'catalog resume-redemptions': [
    `select count(*) filter (where step = 'COMPLETED')::int as completed, array_agg(step) filter (where step <> 'COMPLETED') as lapsed,
       (select count(*)::int from ledger.entry where kind = 'BURN' and cause_id in (select id::text from catalog.redemption)) as burns from catalog.redemption`,
    { completed: 4, lapsed: ['RELEASED'], burns: 4 },
  ],
  'catalog settle-coupons': ['select array_agg(owed) as owed from catalog.coupon_use', { owed: ['TAKEN_BACK'] }],
  'catalog forget-events': [
    `select count(*) filter (where at < clock() - interval '31 days')::int as old, count(*) > 0 as some from catalog.event`,
    { old: 0, some: false },
  ],
  'members forget-events': [`select count(*) filter (where at < clock() - interval '31 days')::int as old from members.event`, { old: 0 }],
  'members forget-children': [
    `select count(*)::int as n, count(*) filter (where valid_until <= clock() or withdrawn_at <= clock())::int as over
     from members.child join members.consent on consent.id = consent_id`,
    { n: 1, over: 0 },
  ],
  'members propose-tiers': [`select count(*)::int as n, min(state) as state from members.tier_proposal`, { n: 1, state: 'ACCEPTED' }],
  'members finish-erasures': [`select count(*)::int as n, min(state) as state from members.erasure`, { n: 1, state: 'DONE' }],
  'retail birthday-gifts': [
    `select count(*)::int as n, count(distinct accrual)::int as gifts from retail.engagement where kind = 'CHILD_BIRTHDAY'`,
    { n: 1, gifts: 1 },
  ],
  'retail reward-referrals': [`select count(*)::int as n, min(state) as state from retail.referral`, { n: 1, state: 'REWARDED' }],
  'retail finish-engagements': [
    `select count(*)::int as n, count(accrual)::int as accrued from retail.engagement where proof_ref = 'cut'`,
    { n: 1, accrued: 1 },
  ],
  'travel finish-cancellations': [
    `select count(*)::int as n, min(state) as state, (select count(*)::int from ledger.accrual where purchase_ref like 'cancellation/%') as compensated from travel.cancellation`,
    { n: 1, state: 'COMPLETED', compensated: 1 },
  ],
  ...Object.fromEntries(
    ['members', 'ledger', 'catalog', 'telecom', 'automotive', 'banking', 'travel', 'retail'].map((name) => [
      `${name} forget-keys`,
      [`select count(*) filter (where created_at <= clock() - interval '30 days')::int as over from ${name}.idempotency`, { over: 0 }],
    ]),
  ),
  ...Object.fromEntries(
    [
      ['telecom', 'bill'],
      ['automotive', 'service_order'],
      ['banking', 'card_transaction'],
      ['travel', 'booking'],
      ['retail', 'basket'],
    ].map(([name, table]) => [
      `${name} finish-reports`,
      [
        `select count(*)::int as n, min(state) as state, (select count(*)::int from ledger.accrual where purchase_ref like '%cut' and id::text = any (array_agg(r.accrual::text))) as accruals from ${name}.${table} r where ref = 'cut'`,
        { n: 1, state: 'COMPLETED', accruals: 1 },
      ],
    ]),
  ),
};

test('every job late, twice and on two instances at once does its work once', async () => {
  const enrol = (partner: string, ref: string): Promise<unknown> =>
    write(admin, 'mutation ($input: EnrolMemberInput!) { enrolMember(input: $input) { __typename } }', {
      input: { partner, ref, name: ref },
    });
  const named = async (ref: string): Promise<Viewer> => {
    const { id } = await write<{ id: string }>(admin, 'query ($ref: String!) { member(ref: $ref) { id } }', { ref });
    return viewers.member(testIds.open(id, 'staff') as string);
  };
  // Of each trade a report that is cut off once it is recorded.
  for (const [partner, point, document] of [
    ['telecom', 'bill', 'reportBill(input: { memberRef: "cut", billRef: "cut", period: "2026-11", amountFen: 10000 })'],
    ['automotive', 'service-order', 'reportServiceOrder(input: { memberRef: "cut", orderRef: "cut", lines: [{ sku: "x", fen: 10000 }] })'],
    [
      'banking',
      'card-transaction',
      'reportCardTransaction(input: { memberRef: "cut", transactionRef: "cut", kind: SPEND, amountFen: 10000 })',
    ],
    ['airline', 'booking', 'reportBooking(input: { memberRef: "cut", bookingRef: "cut", kind: FLIGHT, fareFen: 8000000 })'],
    ['fashion', 'basket', 'reportBasket(input: { memberRef: "cut", basketRef: "cut", lines: [{ sku: "x", fen: 2000000 }] })'],
    ['baby', 'engagement', 'reportEngagement(input: { memberRef: "cut", kind: LECTURE, proofRef: "cut" })'],
  ] as const) {
    await enrol(partner, 'cut');
    await fault(`${point}.recorded`);
    await cut(viewers.partner(partner), `mutation { ${document} { __typename } }`);
  }
  // A gift, a referral, a step, an erasure that waits for a hold, and a limit that is near.
  await enrol('baby', 'parent');
  const parent = await named('baby/parent');
  await write(
    parent,
    'mutation { grantConsent(recipient: "baby", purpose: CHILD_BENEFITS, classes: [PII], guardian: true) { __typename } }',
  );
  await write(parent, 'mutation { recordChild(input: { birthMonthDay: "11-25" }) { __typename } }');
  for (const ref of ['brings', 'comes']) await enrol('shop', ref);
  const shop = viewers.partner('shop');
  await write(shop, 'mutation { referMember(input: { referrerRef: "brings", referredRef: "comes" }) { __typename } }');
  await write(
    shop,
    'mutation { reportBasket(input: { memberRef: "comes", basketRef: "comes", lines: [{ sku: "x", fen: 10000 }] }) { __typename } }',
  );
  await write(
    viewers.partnerStaff('fashion'),
    `mutation { setTiers(input: { upgrade: AUTOMATIC, tiers: [{ id: "base", rank: 0, name: { zh: "普通", en: "Member" } },
      { id: "gold", rank: 1, name: { zh: "金卡", en: "Gold" } }] }) { ladder { version } } }`,
  );
  await write(await named('operator/M-Cao'), 'mutation { setAutomatedDecisions(partner: "fashion", allowed: true) { allowed } }');
  const { id: limit } = await write<{ id: string }>(
    admin,
    'mutation { proposeCreditLimit(partner: "fashion", limitFen: 10000000, alertFen: 1000, reason: "jobs") { id } }',
  );
  await write(viewers.staff('approver'), 'mutation ($id: ID!) { approve(id: $id) { __typename } }', { id: limit });
  await write(viewers.staff('finance'), 'mutation { setSettlementClosing(automatic: true, daysAfter: 5) { closing { automatic } } }');
  // A redemption, a cancellation and a coupon that are cut off.
  await enrol('retailer', 'buyer');
  await write(
    viewers.partner('retailer'),
    'mutation { accrue(memberRef: "buyer", purchaseRef: "buyer", lines: [{ sku: "x", fen: 2000000 }]) { __typename } }',
  );
  const redeems = await named('retailer/buyer');
  await fault('redeem.HELD');
  await cut(
    redeems,
    'mutation { redeem(cart: [{ item: "brand-mug" }], cashMaxFen: 0) { __typename ... on Redeemed { redemption { state } } } }',
  );
  await write(
    admin,
    `mutation { upsertItem(input: { id: "joint-coupon", owner: "retailer", name: { zh: "联券", en: "Joint coupon" }, category: "coupon", faceFen: 1000,
      price: { programme: "COAL-P", points: 1000 }, delivery: { kind: COUPON }, coupon: { thresholdFen: 2000, faceFen: 1000, scope: GROUP, acceptors: ["retailer", "fashion"] } }) { __typename } }`,
  );
  await write(redeems, 'mutation { redeem(cart: [{ item: "joint-coupon" }], cashMaxFen: 0) { __typename } }');
  const { coupons } = await write<{ coupons: { nodes: { id: string }[] } }>(redeems, '{ me { coupons { nodes { id } } } }');
  const coupon = { id: coupons.nodes[0]?.id };
  await write(viewers.partner('fashion'), 'mutation ($id: ID!) { useCoupon(coupon: $id, basketFen: 2000) { __typename } }', coupon);
  await fault('call.ledger');
  await write(viewers.partner('fashion'), 'mutation ($id: ID!) { cancelCouponUse(coupon: $id) { __typename } }', coupon);
  await write(viewers.anonymous, 'mutation { sandbox { clearFaults } }');
  const { redemption } = await write<Redeemed>(await named('operator/M-Feng'), redeemOwn, {
    cart: [{ item: 'award-flight' }, { item: 'award-flight-tax' }],
    prefer: ['AIR-M'],
    cashMaxFen: 9_000,
  });
  await fault('cancellation.RECORDED');
  await cut(
    viewers.partner('airline'),
    'mutation ($id: String!) { cancelBooking(input: { booking: $id, by: CARRIER, event: "cut" }) { __typename } }',
    { id: redemption.id },
  );
  // Points that live on while they are used, and some that wait for a hold when their member is to be forgotten.
  await write(
    admin,
    `mutation { createProgramme(input: { id: "SLIDE-P", issuer: "retailer", name: { zh: "续", en: "Sliding" }, value: { fen: 1, points: 1 },
      expiry: { mode: SLIDING, months: 6 }, acceptance: { scope: ALL } }) { __typename } }`,
  );
  const { rule } = await write<{ rule: { id: string } }>(
    admin,
    'mutation { draftRule(input: { programme: "SLIDE-P", name: "all", kind: BASE, rate: { points: 1, fen: 100 } }) { ... on RuleDrafted { rule { id } } } }',
  );
  await write(viewers.staff('approver'), 'mutation ($id: ID!) { publishRule(rule: $id) { __typename } }', { id: rule.id });
  for (const ref of ['slides', 'leaves']) {
    await enrol('retailer', ref);
    await write(
      viewers.partner('retailer'),
      'mutation ($ref: String!, $in: ID!) { accrue(programme: $in, memberRef: $ref, purchaseRef: $ref, lines: [{ sku: "x", fen: 10000000 }]) { __typename } }',
      { ref, in: ref === 'slides' ? 'SLIDE-P' : 'COAL-P' },
    );
  }
  const leaves = await named('retailer/leaves');
  const { quote } = await write<{ quote: { id: string } }>(
    leaves,
    'mutation { quote(cart: [{ item: "brand-mug" }]) { ... on Quoted { quote { id } } } }',
  );
  await write(leaves, 'mutation ($id: ID!) { hold(quoteId: $id) { __typename } }', { id: quote.id });
  expect(await write(leaves, 'mutation { eraseMember(forfeit: true) { __typename } }')).toEqual({ __typename: 'EraseDeferred' });

  // Three days on something is spent of the points that slide; then the jobs come to it all, on time and late.
  await setClock('2026-11-24T10:00:00+08:00');
  await write(await named('retailer/slides'), 'mutation { redeem(cart: [{ item: "brand-mug" }], cashMaxFen: 0) { __typename } }');
  for (const at of ['2026-11-25T00:00:00+08:00', '2026-12-25T12:00:00+08:00', '2027-05-21T10:00:00+08:00', '2027-11-20T10:00:00+08:00']) {
    await setClock(at);
    // What a request had taken to itself is free again by then.
    for (const table of [
      'catalog.redemption',
      'travel.cancellation',
      'telecom.bill',
      'automotive.service_order',
      'banking.card_transaction',
      'travel.booking',
      'retail.basket',
      'retail.engagement',
    ])
      await database.query(`update ${table} set lease_until = now() - interval '1 second' where lease_until > now()`);
    await everyJob();
  }
  expect(jobs.filter((job) => effects[job] === undefined)).toEqual([]);
  const seen: [string, unknown][] = [];
  for (const [job, [sql]] of Object.entries(effects)) seen.push([job, await numbers(sql)]);
  expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(Object.entries(effects).map(([job, [, once]]) => [job, once])));
  expect(await auditOf(graph.databaseUrl)).toEqual([]);

  const before = await everything();
  await everyJob();
  await everyJob();
  expect(await everything()).toEqual(before);
}, 300_000);
