import { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import { memberNamed, type StoryGraph, told } from '../../../journeys/story.js';
import { openTestGraph, type TestGraph } from '../../../support/graph.js';
import { seedTestGraph } from '../../../support/seed.js';
import { viewers } from '../../../support/viewers.js';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openTestGraph();
  await seedTestGraph(graph);
});
afterAll(() => graph.close());

const admin = viewers.staff();
let keys = 0;
const erase = (viewer: typeof admin, variables: object, key = `erase-${(keys += 1)}`): Promise<Record<string, unknown>> =>
  told(
    graph as StoryGraph,
    viewer,
    `mutation ($member: String, $forfeit: Boolean! = false) { eraseMember(member: $member, forfeit: $forfeit) {
      __typename ... on MemberErased { at replayed } ... on EraseDeferred { open { what detail } replayed } ... on Refusal { code } } }`,
    variables as Record<string, unknown>,
    key,
  );
const seen = (ref: string): Promise<unknown> =>
  told(graph, viewers.partner('retailer'), 'query ($ref: String!) { member(ref: $ref) { ref } }', { ref });

test('an export names every section, of every subgraph; its pages hold the rows, and no score', async () => {
  const sun = await memberNamed(graph, 'M-Sun');
  await told(
    graph,
    admin,
    'mutation { recordCredit(input: { member: "operator/M-Sun", score: 801, source: "city" }) { __typename } }',
    {},
    'sun-credit',
  );
  const document = 'mutation { exportMember { __typename ... on MemberExported { id replayed sections { subgraph section count } } } }';
  const exported = await told<{ id: string; replayed: boolean; sections: { subgraph: string; section: string; count: number }[] }>(
    graph,
    sun,
    document,
    {},
    'sun-1',
  );
  const named = exported.sections.map(({ subgraph, section }) => `${subgraph}.${section}`);
  for (const section of [
    'members.member',
    'members.member_link',
    'members.credit_record',
    'ledger.accrual',
    'ledger.lot',
    'ledger.entry',
    'retail.basket',
  ])
    expect(named).toContain(section);
  expect(await told(graph, sun, document, {}, 'sun-1')).toMatchObject({ id: exported.id, replayed: true });

  const page = 'query ($subgraph: String!, $section: String!) { exportSection(subgraph: $subgraph, section: $section) { records next } }';
  for (const { subgraph, section, count } of exported.sections) {
    const { records, next } = await told<{ records: string[]; next: null }>(graph, sun, page, { subgraph, section });
    expect([section, records.length, next]).toEqual([section, count, null]);
    expect(records.join()).not.toMatch(/: 801\b/);
  }
  const [person] = (await told<{ records: string[] }>(graph, sun, page, { subgraph: 'members', section: 'member' })).records;
  expect(JSON.parse(person as string)).toMatchObject({ name: '孙女士', phone: '13800000005' });
  for (const variables of [
    { subgraph: 'members', section: 'idempotency' },
    { subgraph: 'pg_catalog', section: 'pg_class' },
    { subgraph: 'ledger', section: 'lot"; drop table lot; --' },
  ])
    expect((await graph.ask(sun, page, variables)).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
});

test('a member exports and erases nobody else; a partner nobody at all; no name tells a stranger from nobody', async () => {
  const sun = await memberNamed(graph, 'M-Sun');
  expect(await erase(sun, { member: 'operator/M-Chen' })).toEqual({ __typename: 'NotEnrolled', code: 'NOT_ENROLLED' });
  expect(await erase(sun, { member: 'operator/nobody' })).toEqual({ __typename: 'NotEnrolled', code: 'NOT_ENROLLED' });
  expect(await erase(admin, { member: 'operator/nobody' })).toEqual({ __typename: 'NotEnrolled', code: 'NOT_ENROLLED' });
  const partner = await graph.ask(
    viewers.partner('retailer'),
    'mutation { eraseMember(member: "M-Sun") { __typename } }',
    {},
    'partner-erases',
  );
  expect(partner.errors?.length).toBeGreaterThan(0);
  expect(await seen('M-Sun')).toEqual({ ref: 'M-Sun' });
});

test('points that are owed defer it; given up, the member is forgotten once, and the books still prove', async () => {
  const sun = await memberNamed(graph, 'M-Sun');
  const open = [{ what: 'POINTS', detail: '10000 COAL-P' }];
  expect(await erase(sun, {}, 'sun-erase')).toEqual({ __typename: 'EraseDeferred', open, replayed: false });
  expect(await erase(sun, {}, 'sun-erase')).toEqual({ __typename: 'EraseDeferred', open, replayed: true });
  await graph.subgraph('members').runJob('finish-erasures');
  expect(await seen('M-Sun')).toEqual({ ref: 'M-Sun' });

  const both = await Promise.all([erase(sun, { forfeit: true }), erase(admin, { member: 'operator/M-Sun', forfeit: true })]);
  expect(both.map(({ __typename }) => __typename)).toContain('MemberErased');
  expect(await seen('M-Sun')).toBeNull();
  expect(await told(graph, sun, '{ me { member { name } } }')).toEqual({ member: null });
  expect(await told(graph, admin, '{ member(ref: "operator/M-Sun") { id } }')).toBeNull();
  expect(await erase(admin, { member: 'operator/M-Sun' })).toEqual({ __typename: 'NotEnrolled', code: 'NOT_ENROLLED' });
  expect(await auditOf(graph.databaseUrl)).toEqual([]);
});

test('what is held must end first, given up or not; then the job carries the wish out', async () => {
  const wang = await memberNamed(graph, 'M-Chen');
  const garage = viewers.partner('automotive');
  const { quote } = await told<{ quote: { id: string } }>(
    graph,
    garage,
    'mutation { quote(memberRef: "M-Chen", cart: [{ item: "basic-maintenance" }], cashMaxFen: 0) { ... on Quoted { quote { id } } } }',
    {},
    'chen-quote',
  );
  const { hold } = await told<{ hold: { id: string } }>(
    graph,
    garage,
    'mutation ($quote: ID!) { hold(quoteId: $quote) { ... on Held { hold { id } } } }',
    { quote: quote.id },
    'chen-hold',
  );
  expect(await erase(wang, { forfeit: true })).toMatchObject({
    __typename: 'EraseDeferred',
    open: expect.arrayContaining([{ what: 'HELD_POINTS', detail: '5000 AUTO-P' }]),
  });
  expect(await erase(admin, { member: 'operator/M-Chen', forfeit: true }, 'admin-erases')).toMatchObject({ replayed: false });
  // Where it was cut on its way, it is asked again as well.
  const client = new Client({ connectionString: graph.databaseUrl });
  await client.connect();
  await client.query(`update members.erasure set state = 'RUNNING' where member_uid = $1`, [wang.uid]);
  await client.end();
  expect(await erase(wang, { forfeit: true })).toMatchObject({ __typename: 'EraseDeferred' });
  await told(graph, garage, 'mutation ($hold: ID!) { release(holdId: $hold) { __typename } }', { hold: hold.id }, 'chen-release');
  await told(graph, viewers.anonymous, 'mutation { sandbox { advanceClock(seconds: 7200) } }');
  await graph.subgraph('members').runJob('finish-erasures');
  expect(await told(graph, garage, '{ member(ref: "M-Chen") { ref } }')).toBeNull();
  // Asked again under its key, when the name leads to nobody any more.
  expect(await erase(admin, { member: 'operator/M-Chen', forfeit: true }, 'admin-erases')).toMatchObject({
    __typename: 'MemberErased',
    replayed: true,
  });
  expect(await auditOf(graph.databaseUrl)).toEqual([]);
});

test('an export has what went from member to member, names nobody else, and tells nobody that they are looked into', async () => {
  const yan = await memberNamed(graph, 'M-Yan');
  const client = new Client({ connectionString: graph.databaseUrl });
  await client.connect();
  try {
    const [other, made, opened] = [uuid(), uuid(), uuid()];
    await client.query(
      `insert into ledger.transfer (id, programme, from_uid, to_uid, points, at) values ($1, 'COAL-P', $2, $3, 5, now())`,
      [made, yan.uid, other],
    );
    await client.query(
      `insert into ledger.look_through_case (id, kind, reason, signals, score, opened_by, opened_at) values ($1, 'REPORT', 'x', '[]', 1, 'x', now())`,
      [opened],
    );
    await client.query('insert into ledger.case_member (case_id, member_uid) values ($1, $2)', [opened, yan.uid]);
    await client.query(
      `insert into retail.referral (id, partner, referrer_uid, referred_uid, at, until, minimum_fen, wait_days, state)
       values ($1, 'retailer', $2, $3, now(), now() + interval '90 days', 1, 0, 'WAITING')`,
      [uuid(), yan.uid, other],
    );
    const { sections } = await told<{ sections: { subgraph: string; section: string; count: number }[] }>(
      graph,
      yan,
      'mutation { exportMember { ... on MemberExported { sections { subgraph section count } } } }',
      {},
      'yan-export',
    );
    const named = sections.map(({ subgraph, section }) => `${subgraph}.${section}`);
    expect(named).toEqual(expect.arrayContaining(['ledger.transfer', 'retail.referral']));
    expect(named).not.toContain('ledger.case_member');
    const page = 'query ($subgraph: String!, $section: String!) { exportSection(subgraph: $subgraph, section: $section) { records } }';
    for (const [subgraph, section] of [
      ['ledger', 'transfer'],
      ['retail', 'referral'],
    ]) {
      const { records } = await told<{ records: string[] }>(graph, yan, page, { subgraph, section });
      expect(records).toHaveLength(1);
      expect(records.join()).not.toContain(other);
    }
    const hidden = await graph.ask(yan, page, { subgraph: 'ledger', section: 'case_member' });
    expect(hidden.errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
    // Who is looked into is not forgotten meanwhile, nor told why; afterwards it goes on by itself.
    expect(await erase(yan, { forfeit: true })).toEqual({
      __typename: 'EraseDeferred',
      open: [{ what: 'REVIEW', detail: '' }],
      replayed: false,
    });
    await told(graph, viewers.anonymous, 'mutation { sandbox { advanceClock(seconds: 7200) } }');
    await graph.subgraph('members').runJob('finish-erasures');
    expect((await client.query('select erased_at from members.member where uid = $1', [yan.uid])).rows).toEqual([{ erased_at: null }]);
    await client.query(`update ledger.look_through_case set state = 'CLEARED', cleared_at = now() where id = $1`, [opened]);
    await told(graph, viewers.anonymous, 'mutation { sandbox { advanceClock(seconds: 7200) } }');
    await graph.subgraph('members').runJob('finish-erasures');
    expect((await client.query('select erased_at from members.member where uid = $1', [yan.uid])).rows).not.toEqual([{ erased_at: null }]);
    expect((await client.query('select state from retail.referral where referrer_uid = $1', [yan.uid])).rows).toEqual([
      { state: 'LAPSED' },
    ]);
  } finally {
    await client.end();
  }
});

test('an export has lines of redemptions, returns, uses of coupons and corrections of points, without who else is in it', async () => {
  const wang = await memberNamed(graph, 'M-Wang');
  const garage = viewers.partner('automotive');
  await told(
    graph,
    garage,
    'mutation { accrue(memberRef: "M-Wang", purchaseRef: "wang-buys", lines: [{ sku: "service", fen: 500000 }]) { __typename } }',
    {},
    'wang-buys',
  );
  const { redemption } = await told<{ redemption: { id: string } }>(
    graph,
    garage,
    'mutation { redeem(memberRef: "M-Wang", cart: [{ item: "basic-maintenance" }], cashMaxFen: 0) { ... on Redeemed { redemption { id } } } }',
    {},
    'wang-redeems',
  );
  await told(
    graph,
    garage,
    'mutation ($id: ID!) { returnLines(redemption: $id, lines: [{ line: 1, quantity: 1 }], reason: FAULTY) { __typename } }',
    { id: redemption.id },
    'wang-returns',
  );
  const client = new Client({ connectionString: graph.databaseUrl });
  await client.connect();
  try {
    const coupon = uuid();
    await client.query(
      `insert into catalog.coupon (id, member_uid, issuer_id, item_id, item_version, face_fen, threshold_fen, scope, acceptors, cooling_off_days, issued_at, valid_until)
       select $1, $2, 'insurer', id, version, 1, 1, 'ALL', '{}', 7, now(), now() + interval '1 day' from catalog.item_version limit 1`,
      [coupon, wang.uid],
    );
    await client.query(
      `insert into catalog.coupon_use (id, coupon_id, acceptor, basket_fen, pay_fen, at, debtor, programme, fen, owed) values ($1, $2, 'automotive', 5, 4, now(), 'insurer', 'AUTO-P', 1, 'OWED')`,
      [uuid(), coupon],
    );
    await client.query(
      `insert into members.tier_proposal (id, member_uid, partner, from_tier, to_tier, ratio_basis_points, reasons, state, at, decided_by)
       values ($1, $2, 'automotive', 'BASE', 'GOLD', 1, '[]', 'REJECTED', now(), 'Ms Wei')`,
      [uuid(), wang.uid],
    );
    await client.query(`insert into ledger.participation_scheme
      values ('AUTO-DIV', 1, 'automotive', '{"zh":"参与","en":"Units"}', 'L-1', 'FIN', 'FIN-1', '{"zh":"披露","en":"Said"}', now(), now() + interval '1 day', gen_random_uuid())`);
    await client.query(
      `insert into ledger.participation_entry (id, member_uid, scheme, version, units, reason, by, at)
       values ($1, $2, 'AUTO-DIV', 1, 1, 'x', 'staff:Ms Wei', now())`,
      [uuid(), wang.uid],
    );
  } finally {
    await client.end();
  }
  const { adjustment } = await told<{ adjustment: { id: string } }>(
    graph,
    viewers.staff('admin', 'Ms Wei'),
    'mutation { adjust(member: "automotive/M-Wang", programme: "AUTO-P", points: 7, reason: "the till was down") { ... on AdjustProposed { adjustment { id } } } }',
    {},
    'wang-adjusted',
  );
  await told(
    graph,
    viewers.staff('approver', 'Mr Shu'),
    'mutation ($id: ID!) { approve(id: $id) { __typename } }',
    { id: adjustment.id },
    'wang-approved',
  );
  await told(
    graph,
    wang,
    'mutation ($id: ID!) { reportDefect(input: { redemption: $id, line: 1, text: "worn" }) { __typename } }',
    { id: redemption.id },
    'wang-complains',
  );
  expect(await erase(wang, {})).toMatchObject({ __typename: 'EraseDeferred' });
  const { sections } = await told<{ sections: { subgraph: string; section: string; count: number }[] }>(
    graph,
    wang,
    'mutation { exportMember { ... on MemberExported { sections { subgraph section count } } } }',
    {},
    'wang-export',
  );
  const page = 'query ($subgraph: String!, $section: String!) { exportSection(subgraph: $subgraph, section: $section) { records } }';
  const found: Record<string, string> = {};
  for (const { subgraph, section, count } of sections) {
    const { records } = await told<{ records: string[] }>(graph, wang, page, { subgraph, section });
    expect([section, records.length]).toEqual([section, count]);
    found[section] = records.join();
    // Neither how the graph names the member inside, nor who of the staff did something, nor what companies owe one another.
    const words = [wang.uid ?? '', 'staff:', 'Ms Wei', 'Mr Shu', 'owedFen', 'owed_fen', 'debtor', 'fee_basis'];
    const within = words.filter((word) => found[section]?.includes(word));
    expect([`${subgraph}.${section}`, within]).toEqual([`${subgraph}.${section}`, []]);
  }
  expect(found['redemption_line']).toContain('basic-maintenance');
  expect(found['redemption_return']).toContain('FAULTY');
  expect(found['coupon_use']).toContain('automotive');
  expect(found['coupon_use']).not.toMatch(/insurer|OWED/);
  expect(found['approval']).toMatch(/"points": 7\b/);
  expect(found['approval']).toContain('the till was down');
  expect(found['approval']).not.toMatch(/Ms Wei/);
  expect(found['approval']).not.toContain(wang.uid);
});
