import { v7 as uuid } from 'uuid';
import { serviceViewer } from '../../../../schema/viewer.js';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import { change } from '../../../../subgraphs/kernel/sql.js';
import { viewers } from '../../../support/viewers.js';
import { openTestLedger, type TestLedger } from './ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openTestLedger();
  await ledger.at('2026-11-21T18:00:00+08:00');
  await change(
    ledger.em(),
    `insert into partner (id, name, fee_basis_points, fee_borne_by)
     select id, '{}', 200, 'ACCEPTOR' from unnest(array['coalition', 'automotive']) as id`,
  );
});
afterAll(() => ledger.close());

const catalog = (key: string) => serviceViewer('catalog', key);
const owe = (use: string, input: object = {}, key = `${use}:owe`) =>
  ledger.ask(
    catalog(key),
    'mutation ($input: CouponDebtInput!) { oweForCoupon(input: $input) { obligation replayed } }',
    { input: { use, issuer: 'coalition', acceptor: 'automotive', programme: 'COAL-P', fen: 10_000, ...input } },
    key,
  );
const back = (use: string, key = `${use}:back`) =>
  ledger.ask(catalog(key), 'mutation ($use: ID!) { takeBackCoupon(use: $use) { obligation replayed } }', { use }, key);
const statement = async (partner: string) =>
  (
    await ledger.ask(
      viewers.partner(partner),
      '{ statement(period: "2026-11") { receivableFen payableFen feeFen netFen lines { nodes { kind ref fen feeFen counterparty { id } } } } }',
    )
  ).data?.['statement'];

test('the issuer owes the partner that took its coupon, once and without a fee; cancelled, it is owed back, once', async () => {
  const use = uuid();
  const first = await owe(use);
  expect(first.data).toMatchObject({ oweForCoupon: { replayed: false } });
  expect((await owe(use)).data).toMatchObject({ oweForCoupon: { replayed: true } });
  // Another key for the same use: the same obligation.
  expect((await owe(use, {}, 'other')).data?.['oweForCoupon']).toMatchObject({
    obligation: (first.data?.['oweForCoupon'] as { obligation: string }).obligation,
  });
  const line = { kind: 'COUPON', ref: use, feeFen: 0 };
  expect(await statement('automotive')).toEqual({
    receivableFen: 10_000,
    payableFen: 0,
    feeFen: 0,
    netFen: 10_000,
    lines: { nodes: [{ ...line, fen: 10_000, counterparty: { id: 'coalition' } }] },
  });
  expect(await statement('coalition')).toMatchObject({ netFen: -10_000, lines: { nodes: [{ ...line, fen: -10_000 }] } });
  const [one, two] = await Promise.all([back(use), back(use, 'another')]);
  expect((one?.data?.['takeBackCoupon'] as { obligation: string }).obligation).toBe(
    (two?.data?.['takeBackCoupon'] as { obligation: string }).obligation,
  );
  expect(await statement('automotive')).toMatchObject({ receivableFen: 10_000, payableFen: 10_000, netFen: 0 });
  expect(await auditOf(ledger.database.url)).toEqual([]);
});

const part = (use: string, fen: number, id = uuid(), key = `${id}:back`) =>
  ledger.ask(
    catalog(key),
    'mutation ($use: ID!, $part: CouponPartInput) { takeBackCoupon(use: $use, part: $part) { obligation } }',
    { use, part: { return: id, fen } },
    key,
  );
const obligationIn = (answer: Awaited<ReturnType<typeof part>>): string =>
  (answer.data?.['takeBackCoupon'] as { obligation: string }).obligation;

test('goods that come back take their part of it back, once per return and never more than is owed; the rest goes with the cancellation', async () => {
  const before = (await statement('automotive')) as { netFen: number };
  const use = uuid();
  const first = uuid();
  await owe(use);
  const [one, two] = await Promise.all([part(use, 3_333, first), part(use, 3_333, first, 'another-part')]);
  expect(obligationIn(one as never)).toBe(obligationIn(two as never));
  expect((await part(use, 6_668)).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  expect((await part(use, 0)).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  // Of many at once that are too much together, as many go back as are owed.
  const many = await Promise.all(Array.from({ length: 10 }, () => part(use, 1_000)));
  expect(many.filter(({ errors }) => !errors)).toHaveLength(6);
  const { lines, netFen } = (await statement('automotive')) as {
    lines: { nodes: { ref: string; kind: string; fen: number }[] };
    netFen: number;
  };
  expect(netFen - before.netFen).toBe(667);
  expect(lines.nodes).toContainEqual(expect.objectContaining({ kind: 'RETURN', ref: first, fen: -3_333, feeFen: 0 }));
  expect((await back(use)).errors).toBeUndefined();
  expect(((await statement('automotive')) as { netFen: number }).netFen).toBe(before.netFen);
  expect((await part(use, 1)).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  expect(await auditOf(ledger.database.url)).toEqual([]);
});

test('what a verdict gave the issuer of it before is owed again as far as its goods come back', async () => {
  const before = (await statement('coalition')) as { netFen: number };
  const use = uuid();
  const owed = await owe(use);
  const { obligation } = owed.data?.['oweForCoupon'] as { obligation: string };
  const object = await ledger.ask(
    viewers.partner('coalition'),
    'mutation ($line: ID!) { dispute(line: $line, evidence: "half of it") { id } }',
    { line: `${obligation}:DEBTOR` },
    `${use}:object`,
  );
  const dispute = (object.data?.['dispute'] as { id: string }).id;
  await ledger.ask(
    viewers.staff('finance', 'judge'),
    'mutation ($dispute: ID!) { resolveDispute(dispute: $dispute, fen: 6000, note: "so it is") { __typename } }',
    { dispute },
    `${use}:resolve`,
  );
  expect(((await statement('coalition')) as { netFen: number }).netFen - before.netFen).toBe(-4_000);
  await part(use, 4_000);
  expect(((await statement('coalition')) as { netFen: number }).netFen - before.netFen).toBe(0);
  await part(use, 6_000);
  expect(((await statement('coalition')) as { netFen: number }).netFen - before.netFen).toBe(0);
  expect(await auditOf(ledger.database.url)).toEqual([]);
});

test('what makes no sense is refused, and nobody but another subgraph asks', async () => {
  const codeOf = async (answer: ReturnType<typeof owe>) => (await answer).errors?.[0]?.extensions?.['code'];
  expect(await codeOf(owe(uuid(), { acceptor: 'coalition' }))).toBe('BAD_INPUT');
  expect(await codeOf(owe(uuid(), { fen: 0 }))).toBe('BAD_INPUT');
  expect(await codeOf(owe(uuid(), { acceptor: 'nobody' }))).toBe('BAD_INPUT');
  expect(await codeOf(owe('no-uuid'))).toBe('BAD_INPUT');
  expect(await codeOf(back(uuid()))).toBe('BAD_INPUT');
  const outside = await ledger.ask(
    viewers.staff('admin'),
    'mutation ($use: ID!) { takeBackCoupon(use: $use) { obligation } }',
    { use: uuid() },
    'x',
  );
  expect(outside.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_FIELD');
});
