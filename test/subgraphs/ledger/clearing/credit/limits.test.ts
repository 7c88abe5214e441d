import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { auditOf } from '../../../../../subgraphs/ledger/proof/audit.js';
import { testIds } from '../../../../support/subgraph.js';
import { viewers } from '../../../../support/viewers.js';
import { stepsOf, type Steps } from '../../hold-steps.js';
import { catalog, type Row } from '../../ledger.js';
import { admin, fashion, finance, openPartners, type PartnersLedger } from '../steps.js';

let ledger: PartnersLedger;
let steps: Steps;
const coalition = viewers.partner('coalition');
beforeEach(async () => {
  ledger = await openPartners();
  steps = stepsOf(ledger);
  await ledger.setClock('2026-11-21T12:00:00+08:00');
});
afterEach(async () => {
  expect(await auditOf(ledger.database.url)).toEqual([]);
  await ledger.close();
});

const fold = () => ledger.subgraph.runJob('fold-credit');
const credit = (viewer = fashion, named = '') =>
  ledger.write(viewer, `{ credit${named && `(partner: "${named}")`} { limitFen alertFen usedFen level } }`);
const alerts = async (viewer = fashion) =>
  ((await ledger.write(viewer, '{ creditAlerts { nodes { kind usedFen limitFen partner { id } } } }')) as { nodes: Row[] }).nodes;
const reached = { __typename: 'CreditLimitReached', code: 'CREDIT_LIMIT_REACHED' };

test('the last fen may be owed and not one more; what is refused changed nothing, and the same key hears the same', async () => {
  expect(await credit()).toBeNull();
  await ledger.limit('fashion', 1_000);
  const member = uuid();
  expect(await ledger.earn('fashion', 600)).toMatchObject({ __typename: 'Accrued' });
  const before = await ledger.numbers(
    'select (select count(*) from accrual) as a, (select count(*) from lot) as l, (select count(*) from entry) as e, (select count(*) from obligation) as o, (select count(*) from account) as c',
  );
  const input = { memberUid: member, purchaseRef: 'P-1' };
  expect(await ledger.earn('fashion', 401, input, 'over')).toEqual({ ...reached, limitFen: null, usedFen: null });
  expect(await ledger.earn('fashion', 401, input, 'over')).toEqual({ ...reached, limitFen: null, usedFen: null });
  expect(
    await ledger.numbers(
      'select (select count(*) from accrual) as a, (select count(*) from lot) as l, (select count(*) from entry) as e, (select count(*) from obligation) as o, (select count(*) from account) as c',
    ),
  ).toEqual(before);
  expect(await ledger.numbers(`select count(*)::int as n from audit where detail like '%CREDIT_LIMIT_REACHED%'`)).toEqual([{ n: 1 }]);
  expect(await ledger.earn('fashion', 400, input)).toMatchObject({ __typename: 'Accrued' });
  expect(await credit()).toEqual({ limitFen: 1_000, alertFen: 800, usedFen: 1_000, level: 'REACHED' });
  expect(await ledger.earn('fashion', 1)).toMatchObject(reached);
  // Own points at one's own shop make nobody owe anything.
  expect(await ledger.earn('coalition', 5_000)).toMatchObject({ __typename: 'Accrued' });
});

test('who may know the figures is told them, who acts for the partner is not', async () => {
  await ledger.limit('fashion', 10);
  const accrue = `mutation ($partner: ID) { accrue(partner: $partner, memberRef: "x", purchaseRef: "${uuid()}", lines: [{ sku: "x", fen: 11, event: "SPEND" }]) {
    __typename ... on CreditLimitReached { limitFen usedFen } } }`;
  // The reference of a member is resolved by another subgraph, which is out of reach here: a pairwise id needs none.
  const asked = (viewer: typeof fashion, ref: string, variables: Row = {}) =>
    ledger.write(viewer, accrue.replace('"x",', `"${ref}",`), variables);
  const uid = uuid();
  const figures = { __typename: 'CreditLimitReached', limitFen: 10, usedFen: 0 };
  const none = { __typename: 'CreditLimitReached', limitFen: null, usedFen: null };
  expect(await asked(fashion, testIds.seal(uid, 'partner:fashion'))).toEqual(figures);
  expect(await asked(admin, testIds.seal(uid, 'staff'), { partner: 'fashion' })).toEqual(figures);
  const forOthers = viewers.partner('coalition', [...coalition.scopes, 'ledger.accrue:all']);
  expect(await asked(forOthers, testIds.seal(uid, 'partner:coalition'), { partner: 'fashion' })).toEqual(none);
  for (const viewer of [coalition, viewers.partnerStaff('coalition')])
    expect((await ledger.ask(viewer, '{ credit(partner: "fashion") { usedFen } }')).errors?.[0]?.extensions?.['code']).toBe(
      'FORBIDDEN_OPERATION',
    );
  expect(await credit(finance, 'fashion')).toMatchObject({ limitFen: 10 });
});

test('50 accruals at once do not owe one fen more than they may', async () => {
  await ledger.limit('fashion', 1_000);
  const all = await Promise.all(Array.from({ length: 50 }, () => ledger.earn('fashion', 30)));
  expect(all.filter(({ __typename }) => __typename === 'Accrued')).toHaveLength(33);
  expect(await credit()).toMatchObject({ usedFen: 990 });
  expect(await ledger.numbers('select count(*)::int as n from accrual')).toEqual([{ n: 33 }]);
});

test('a pack counts when it is bought and not when it is drawn on; a pack beyond the limit is refused', async () => {
  await ledger.limit('fashion', 1_000);
  expect(await ledger.buy(1_001)).toMatchObject({ ...reached, limitFen: 1_000, usedFen: 0 });
  expect(await ledger.numbers('select count(*)::int as n from pack')).toEqual([{ n: 0 }]);
  expect(await ledger.buy(900)).toMatchObject({ __typename: 'PackBought' });
  expect(await ledger.earn('fashion', 900)).toMatchObject({ __typename: 'Accrued' });
  expect(await ledger.earn('fashion', 101)).toMatchObject(reached);
  expect(await credit()).toMatchObject({ usedFen: 900, level: 'NEAR' });
});

test('it is told once when it comes near and once when it is there, and again after it was better', async () => {
  await ledger.limit('fashion', 1_000, 500);
  await ledger.earn('fashion', 499);
  await fold();
  expect(await alerts()).toEqual([]);
  await ledger.earn('fashion', 1);
  await fold();
  await fold();
  const near = { kind: 'CREDIT_NEAR', usedFen: 500, limitFen: 1_000, partner: { id: 'fashion' } };
  expect(await alerts()).toEqual([near]);
  await ledger.earn('fashion', 500);
  await fold();
  const full = { ...near, kind: 'CREDIT_REACHED', usedFen: 1_000 };
  expect(await alerts()).toEqual([near, full]);
  await ledger.limit('fashion', 5_000, 4_000);
  await fold();
  await ledger.earn('fashion', 3_000);
  await fold();
  expect(await alerts()).toEqual([near, full, { ...near, usedFen: 4_000, limitFen: 5_000 }]);
  expect(await alerts(coalition)).toEqual([]);
  expect(await alerts(finance)).toHaveLength(3);
  const statement = (await ledger.write(fashion, '{ statement(period: "2026-11") { credit { usedFen level } alerts { kind } } }')) as Row;
  expect(statement).toEqual({
    credit: { usedFen: 4_000, level: 'NEAR' },
    alerts: [{ kind: 'CREDIT_NEAR' }, { kind: 'CREDIT_REACHED' }, { kind: 'CREDIT_NEAR' }],
  });
});

const coal = (points: number) => ({ programme: 'COAL-P', points, fen: points });
const place = `mutation ($input: PlaceHoldInput!) { placeHold(input: $input) { __typename ... on CreditLimitReached { code limitFen usedFen } } }`;
const placeAt = (member: string, points: number, more: Row = {}, key?: string): Promise<Row> =>
  ledger.write(
    catalog,
    place,
    { input: { hold: uuid(), redemption: uuid(), memberUid: member, acceptor: 'automotive', legs: [coal(points)], ...more } },
    key,
  );

test("an issuer at its limit: its points pay at no other shop's until it owes less; what is held is still honoured, what was answered stays", async () => {
  const member = uuid();
  await ledger.accrue(member, 'COAL-P', 10_000);
  await ledger.limit('coalition', 1_000);
  await fold();
  const held = (await steps.place(member, [coal(500)])) as { hold: string };
  const input = { hold: uuid(), redemption: uuid() };
  expect(await placeAt(member, 400, input, 'first')).toEqual({ __typename: 'HoldPlaced' });
  const { hold } = (await steps.place(member, [coal(1_000)])) as { hold: string };
  expect(await steps.capture(hold)).toMatchObject({ __typename: 'HoldCaptured' });
  // The bound: what comes between two folds is not seen.
  expect(await placeAt(member, 1)).toEqual({ __typename: 'HoldPlaced' });
  await fold();
  expect(await credit(coalition)).toMatchObject({ usedFen: 1_000, level: 'REACHED' });
  const refused = { hold: uuid(), redemption: uuid() };
  const no = { ...reached, limitFen: null, usedFen: null };
  expect(await placeAt(member, 1, refused, 'no')).toEqual(no);
  expect(await placeAt(member, 400, input, 'first')).toEqual({ __typename: 'HoldPlaced' });
  expect(await placeAt(member, 1, { acceptor: 'coalition' })).toEqual({ __typename: 'HoldPlaced' });
  expect(await steps.capture(held.hold)).toMatchObject({ __typename: 'HoldCaptured' });
  const spendable = 'query ($member: ID!, $at: ID!) { spendable(memberUid: $member, acceptor: $at) { programme } }';
  const at = (acceptor: string) => ledger.write(catalog, spendable, { member, at: acceptor });
  expect([await at('automotive'), await at('coalition')]).toEqual([[], [{ programme: 'COAL-P' }]]);
  await ledger.limit('coalition', 10_000);
  await fold();
  expect(await placeAt(member, 1)).toEqual({ __typename: 'HoldPlaced' });
  expect(await placeAt(member, 1, refused, 'no')).toEqual(no);
  expect(await at('automotive')).toEqual([{ programme: 'COAL-P' }]);
});

test('a redemption waits for no row of packs and limits', async () => {
  const member = uuid();
  await ledger.accrue(member, 'COAL-P', 1_000);
  await ledger.buy(100);
  await ledger.limit('coalition', 5_000);
  await ledger.limit('fashion', 5_000);
  const holder = new pg.Client(ledger.database.url);
  await holder.connect();
  await holder.query('set search_path = ledger, public');
  await holder.query('begin');
  for (const table of ['pack', 'credit_limit', 'credit_position']) await holder.query(`select from ${table} for update`);
  const { hold } = (await steps.place(member, [coal(100)])) as { hold: string };
  expect(await steps.capture(hold)).toMatchObject({ __typename: 'HoldCaptured' });
  // The others wait: this lock is the one that an accrual wants.
  const blocked = ledger.earn('fashion', 10);
  expect(await Promise.race([blocked, new Promise((resolve) => setTimeout(resolve, 300, 'waits'))])).toBe('waits');
  await holder.query('rollback');
  await holder.end();
  expect(await blocked).toMatchObject({ __typename: 'Accrued' });
});

test('a limit begins with what is unsettled, however much arises while it is being set, and payments make room', async () => {
  await ledger.earn('fashion', 700);
  const storm = Promise.all(Array.from({ length: 30 }, () => ledger.earn('fashion', 10)));
  await ledger.limit('fashion', 100_000);
  await storm;
  await fold();
  expect(await credit()).toMatchObject({ usedFen: 1_000 });
  await ledger.setClock('2026-12-01T00:00:00+08:00');
  await ledger.write(finance, 'mutation { closePeriod(id: "2026-11") { __typename } }');
  await ledger.earn('fashion', 5);
  expect(await credit()).toMatchObject({ usedFen: 1_005 });
  for (const partner of ['fashion', 'coalition']) {
    const added = await ledger.write(
      admin,
      `mutation { addPaymentAccount(partner: "${partner}", kind: OWN, number: "${partner}1") { ... on AccountAdded { account } } }`,
    );
    const proposed = await ledger.write(
      admin,
      'mutation ($id: ID!) { proposeSettlementAccount(account: $id, reason: "test") { ... on ChangeProposed { id } } }',
      { id: added['account'] },
    );
    await ledger.write(viewers.staff('approver'), 'mutation ($id: ID!) { approve(id: $id) { __typename } }', { id: proposed['id'] });
  }
  expect(await ledger.write(finance, 'mutation { makePaymentOrders(period: "2026-11") { __typename } }')).toEqual({
    __typename: 'PaymentOrdersMade',
  });
  expect(await credit()).toMatchObject({ usedFen: 5 });
  await ledger.limit('fashion', null);
  expect(await credit()).toBeNull();
  await ledger.earn('fashion', 50);
  await ledger.limit('fashion', 100);
  expect(await credit()).toMatchObject({ usedFen: 55 });
});

test('a limit takes two people of the operator, and has an alert within it', async () => {
  const propose = (viewer: typeof fashion, more: string) =>
    ledger.ask(
      viewer,
      `mutation { proposeCreditLimit(${more}, reason: "r") { id change { kind creditLimit { limitFen alertFen } } } }`,
      {},
      uuid(),
    );
  const { data } = await propose(admin, 'partner: "fashion", limitFen: 100');
  expect(data?.['proposeCreditLimit']).toMatchObject({ change: { kind: 'CREDIT_LIMIT', creditLimit: { limitFen: 100, alertFen: 80 } } });
  const { id } = data?.['proposeCreditLimit'] as { id: string };
  const approve = 'mutation ($id: ID!) { approve(id: $id) { __typename } }';
  const same = { ...viewers.staff('approver'), sub: admin.sub };
  expect(await ledger.write(same, approve, { id })).toEqual({ __typename: 'SelfApproval' });
  expect((await ledger.ask(viewers.partnerStaff('fashion'), approve, { id }, uuid())).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  expect(await credit()).toBeNull();
  const code = async (viewer: typeof fashion, more: string) => (await propose(viewer, more)).errors?.[0]?.extensions?.['code'];
  expect(await code(admin, 'partner: "fashion", limitFen: 100, alertFen: 101')).toBe('BAD_INPUT');
  expect(await code(admin, 'partner: "fashion", alertFen: 1')).toBe('BAD_INPUT');
  expect(await code(admin, 'partner: "operator", limitFen: 100')).toBe('BAD_INPUT');
  expect(await code(admin, 'partner: "nobody", limitFen: 100')).toBe('BAD_INPUT');
  for (const viewer of [fashion, viewers.partnerStaff('fashion'), finance])
    expect(await code(viewer, 'partner: "fashion", limitFen: 100')).toBe('FORBIDDEN_FIELD');
});
