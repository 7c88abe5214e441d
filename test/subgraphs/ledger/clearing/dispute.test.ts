import { verify } from '../../../../subgraphs/ledger/proof/verify.js';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import type { SubgraphAnswer } from '../../../../schema/transport.js';
import { viewers } from '../../../support/viewers.js';
import { openTestLedger, small, type TestLedger } from './ledger.js';

let ledger: TestLedger;
let line: string;
const automotive = viewers.partner('automotive');
const coalition = viewers.partner('coalition');
const finance = viewers.staff('finance');
beforeEach(async () => {
  ledger = await openTestLedger();
  await ledger.at('2026-11-21T18:00:00+08:00');
  const [obligation] = await ledger.append(small(10_000n));
  line = `${obligation?.id}:DEBTOR`;
  await ledger.at('2026-12-01T00:00:00+08:00');
  await ledger.ask(finance, 'mutation { closePeriod(id: "2026-11") { __typename } }', {}, 'close');
});
afterEach(() => ledger.close());

const object = (viewer: Parameters<TestLedger['ask']>[0], of = line, key = 'object', evidence = 'the goods were never delivered') =>
  ledger.ask(
    viewer,
    'mutation ($of: ID!, $evidence: String!) { dispute(line: $of, evidence: $evidence) { id state line period replayed partner { id } } }',
    { of, evidence },
    key,
  );
const decide = (viewer: Parameters<TestLedger['ask']>[0], dispute: string, fen: number | null, key = 'decide') =>
  ledger.ask(
    viewer,
    `mutation ($dispute: ID!, $fen: Fen) { resolveDispute(dispute: $dispute, fen: $fen, note: "seen") {
       __typename ... on DisputeResolved { replayed dispute { state fen note adjustment { kind debtor { id } creditor { id } fen feeFen period } } }
       ... on DisputeOver { code state } ... on OverLine { code limitFen } ... on SelfApproval { code } } }`,
    { dispute, fen },
    key,
  );
const only = <T = Record<string, unknown>>({ data, errors }: SubgraphAnswer): T => {
  expect(errors).toBeUndefined();
  return Object.values(data ?? {})[0] as T;
};
const codeOf = ({ errors }: SubgraphAnswer) => errors?.[0]?.extensions?.['code'];
const net = async (period: string) =>
  only<{ netFen: number; lines: { nodes: unknown[] } }>(
    await ledger.ask(coalition, `{ statement(period: "${period}") { netFen lines { nodes { kind ref fen } } } }`),
  );

test('upheld: the closed statement stays, the next one puts it right, the nets still sum to zero', async () => {
  const closed = await net('2026-11');
  const { id, ...opened } = only<{ id: string }>(await object(coalition));
  expect(opened).toEqual({ state: 'OPEN', line, period: '2026-11', replayed: false, partner: { id: 'coalition' } });
  expect(only(await object(coalition, line, 'again'))).toMatchObject({ id, replayed: true });
  const adjustment = {
    kind: 'ADJUSTMENT',
    debtor: { id: 'automotive' },
    creditor: { id: 'coalition' },
    fen: 4_000,
    feeFen: 0,
    period: '2026-12',
  };
  const resolved = { __typename: 'DisputeResolved', dispute: { state: 'UPHELD', fen: 4_000, note: 'seen', adjustment } };
  expect(only(await decide(finance, id, 4_000))).toEqual({ ...resolved, replayed: false });
  expect(only(await decide(finance, id, 4_000))).toEqual({ ...resolved, replayed: true });
  expect(only(await decide(finance, id, 4_000, 'other'))).toEqual({ __typename: 'DisputeOver', code: 'DISPUTE_OVER', state: 'UPHELD' });
  expect(await net('2026-11')).toEqual(closed);
  expect(await net('2026-12')).toEqual({ netFen: 4_000, lines: { nodes: [{ kind: 'ADJUSTMENT', ref: id, fen: 4_000 }] } });
  await ledger.at('2027-01-01T00:00:00+08:00');
  expect(
    only(await ledger.ask(finance, 'mutation { closePeriod(id: "2026-12") { ... on PeriodClosed { period { totalFen } } } }', {}, 'next')),
  ).toEqual({ period: { totalFen: 0 } });
  expect((await verify(ledger.em(), { keys: [] })).findings).toEqual([]);
  expect((await auditOf(ledger.database.url)).filter((broken) => !broken.startsWith('BAD 11 '))).toEqual([]); // These obligations have no hold behind them.
});

test('rejected: nothing moves, and the partner may object again with something new', async () => {
  const { id } = only<{ id: string }>(await object(coalition));
  expect(only(await decide(finance, id, null))).toMatchObject({ dispute: { state: 'REJECTED', fen: null, adjustment: null } });
  expect(await net('2026-12')).toMatchObject({ netFen: 0 });
  const again = only<{ id: string }>(await object(coalition, line, 'more', 'a photograph'));
  expect(again).toMatchObject({ state: 'OPEN' });
  expect(again.id).not.toBe(id);
  const list = '{ disputes { nodes { id state evidence } } }';
  expect(only<{ nodes: unknown[] }>(await ledger.ask(coalition, list)).nodes).toHaveLength(2);
  expect(only<{ nodes: unknown[] }>(await ledger.ask(finance, list)).nodes).toHaveLength(2);
  expect(only<{ nodes: unknown[] }>(await ledger.ask(automotive, list)).nodes).toEqual([]);
});

test.each(['disputes', 'packs', 'creditAlerts'])('%s of all are for who may read all', async (list) => {
  const document = `{ ${list} { nodes { id } } }`;
  expect(codeOf(await ledger.ask({ ...finance, scopes: ['settlement.read:own'] }, document))).toBe('FORBIDDEN_OPERATION');
  for (const viewer of [finance, viewers.regulator, coalition]) expect((await ledger.ask(viewer, document)).errors).toBeUndefined();
});

test("one's own lines only, by those who may, for no more than the line says, and not by oneself", async () => {
  for (const wrong of [
    line.replace('DEBTOR', 'CREDITOR'),
    line.replace('DEBTOR', 'FEE'),
    'x',
    `0193f000-0000-7000-8000-00000000000f:DEBTOR`,
  ])
    expect(codeOf(await object(coalition, wrong))).toBe('BAD_INPUT');
  expect(codeOf(await object(automotive))).toBe('BAD_INPUT');
  expect(codeOf(await object(coalition, line, 'object', ' '))).toBe('BAD_INPUT');
  expect(codeOf(await object(viewers.member('0193f000-0000-7000-8000-00000000000a')))).toBe('FORBIDDEN_FIELD');
  const { id } = only<{ id: string }>(await object({ ...coalition, sub: finance.sub }));
  expect(only(await decide(finance, id, 1))).toEqual({ __typename: 'SelfApproval', code: 'SELF_APPROVAL' });
  const other = viewers.staff('finance', 'staff-other');
  expect(only(await decide(other, id, 10_001))).toEqual({ __typename: 'OverLine', code: 'OVER_LINE', limitFen: 10_000 });
  expect(codeOf(await decide(other, id, 0, 'zero'))).toBe('BAD_INPUT');
  expect(codeOf(await decide(automotive, id, 1, 'no'))).toMatch(/^FORBIDDEN/);
  const both = await Promise.all(['a', 'b'].map((key) => decide(other, id, 100, key)));
  expect(new Set(both.map((answer) => only(answer)['__typename']))).toEqual(new Set(['DisputeOver', 'DisputeResolved']));
});
