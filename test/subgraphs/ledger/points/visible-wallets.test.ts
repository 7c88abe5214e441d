import { v7 as uuid } from 'uuid';
import type { SubgraphAnswer } from '../../../../schema/transport.js';
import type { Viewer } from '../../../../schema/viewer.js';
import { viewers } from '../../../support/viewers.js';
import { openLedger, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
let member: string;
const automotive = viewers.partner('automotive');
beforeAll(async () => {
  ledger = await openLedger();
  member = uuid();
  await ledger.accrue(member, 'COAL-P', 30_000);
  await ledger.accrue(member, 'AUTO-P', 1_000);
});
afterAll(() => ledger.close());
beforeEach(() => ledger.agreed.clear());

const ask = (viewer: Viewer, fields: string, uid = member): Promise<SubgraphAnswer> =>
  ledger.ask(viewer, `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Member { ${fields} } } }`, {
    r: [{ __typename: 'Member', uid }],
  });
const seen = ({ data }: SubgraphAnswer): unknown => (data?.['_entities'] as unknown[])[0];
const all = `wallets { programme { id } available lots { nodes { points available } } } balance(programme: "COAL-P") { available } usableHere { maxFen }`;
const own = { programme: { id: 'AUTO-P' }, available: 1_000, lots: { nodes: [{ points: 1_000, available: 1_000 }] } };

test("without consent a partner sees its own programmes, and is told what another's balance takes", async () => {
  const answer = await ask(automotive, all);
  expect(seen(answer)).toEqual({ wallets: [own], balance: null, usableHere: { maxFen: 10_000 } });
  expect(answer.errors).toMatchObject([
    { path: ['_entities', 0, 'balance'], extensions: { code: 'CONSENT_REQUIRED', coordinate: 'Member.balance', needs: ['class:SHARED'] } },
  ]);
});

test('with consent it sees every wallet, and their sum; another class or recipient opens nothing', async () => {
  ledger.agreed.set(`${member} automotive`, ['SHARED']);
  const open = await ask(automotive, all);
  expect(open.errors).toBeUndefined();
  expect(seen(open)).toEqual({
    wallets: [own, { programme: { id: 'COAL-P' }, available: 30_000, lots: { nodes: [{ points: 30_000, available: null }] } }],
    balance: { available: 30_000 },
    usableHere: { maxFen: 40_000 },
  });
  ledger.agreed.clear();
  ledger.agreed.set(`${member} automotive`, ['PII', 'CREDIT']).set(`${member} telecom`, ['SHARED']).set(`${uuid()} automotive`, ['SHARED']);
  expect(seen(await ask(automotive, all))).toEqual({ wallets: [own], balance: null, usableHere: { maxFen: 10_000 } });
});

test("no consent: another issuer's empty wallet and full one answer alike; own and unknown programmes need none", async () => {
  const empty = uuid();
  const code = async (uid: string, programme: string): Promise<unknown> => {
    const { data, errors } = await ask(automotive, `balance(programme: "${programme}") { available }`, uid);
    return [seen({ data }), errors?.[0]?.extensions?.['code']];
  };
  expect(await code(empty, 'COAL-P')).toEqual(await code(member, 'COAL-P'));
  expect(await code(member, 'TEL-P')).toEqual([{ balance: null }, 'CONSENT_REQUIRED']);
  expect(await code(empty, 'AUTO-P')).toEqual([{ balance: null }, undefined]);
  expect(await code(member, 'NOWHERE')).toEqual([{ balance: null }, undefined]);
});

test('members, staff and other subgraphs are asked for no consent', async () => {
  const balance = 'balance(programme: "COAL-P") { available } usableHere { maxFen }';
  expect(seen(await ask(viewers.staff(), balance))).toEqual({ balance: { available: 30_000 }, usableHere: null });
  expect(seen(await ask({ ...automotive, via: 'catalog' }, balance))).toMatchObject({ balance: { available: 30_000 } });
  expect(seen(await ask(viewers.member(member), 'balance(programme: "COAL-P") { available }'))).toEqual({
    balance: { available: 30_000 },
  });
});
