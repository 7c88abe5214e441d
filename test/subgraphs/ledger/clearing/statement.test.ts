import { obligationsOfRedemption, reversalsOf } from '../../../../subgraphs/ledger/clearing/obligations.js';
import { viewers } from '../../../support/viewers.js';
import { openTestLedger, small, type TestLedger, yan } from './ledger.js';

let ledger: TestLedger;
beforeEach(async () => {
  ledger = await openTestLedger();
  await ledger.at('2026-11-21T18:00:00+08:00');
});
afterEach(() => ledger.close());

const query = `query ($period: ID!, $partner: ID, $first: Int! = 20, $after: String) { statement(period: $period, partner: $partner) {
  period partner { id } status receivableFen payableFen feeFen netFen
  lines(first: $first, after: $after) { nodes { kind ref counterparty { id } fen feeFen netFen at obligation { id } } pageInfo { hasNextPage endCursor } }
} }`;
const statement = async (viewer: Parameters<TestLedger['ask']>[0], variables: object = {}) => {
  const answer = await ledger.ask(viewer, query, { period: '2026-11', ...variables });
  return { errors: answer.errors, ...(answer.data?.['statement'] as Statement) };
};
interface Statement {
  readonly status: string;
  readonly netFen: number;
  readonly lines: {
    nodes: { kind: string; fen: number; feeFen: number; obligation: { id: string } }[];
    pageInfo: { endCursor: string | null };
  };
}
const [automotive, coalition, telecom] = ['automotive', 'coalition', 'telecom'].map((partner) => viewers.partner(partner)) as [
  never,
  never,
  never,
];
const finance = viewers.staff('finance');
const at = '2026-11-21T10:00:00.000Z';

test("M-Yan's redemption as each of its parties sees it", async () => {
  const [obligation] = await ledger.append(yan);
  const line = { kind: 'REDEMPTION', ref: yan.redemption, at, obligation };
  const page = { pageInfo: { hasNextPage: false, endCursor: expect.any(String) } };
  expect(await statement(automotive)).toEqual({
    period: '2026-11',
    partner: { id: 'automotive' },
    status: 'OPEN',
    receivableFen: 30000,
    payableFen: 0,
    feeFen: 600,
    netFen: 29400,
    lines: { nodes: [{ ...line, counterparty: { id: 'coalition' }, fen: 30000, feeFen: 600, netFen: 29400 }], ...page },
  });
  expect(await statement(coalition)).toEqual({
    period: '2026-11',
    partner: { id: 'coalition' },
    status: 'OPEN',
    receivableFen: 0,
    payableFen: 30000,
    feeFen: 0,
    netFen: -30000,
    lines: { nodes: [{ ...line, counterparty: { id: 'automotive' }, fen: -30000, feeFen: 0, netFen: -30000 }], ...page },
  });
  const fees = { receivableFen: 600, payableFen: 0, feeFen: 0, netFen: 600 };
  const fee = { ...line, kind: 'FEE', counterparty: { id: 'automotive' }, fen: 600, feeFen: 0, netFen: 600 };
  for (const [viewer, variables] of [
    [viewers.partner('operator'), {}],
    [finance, { partner: 'operator' }],
    [viewers.regulator, { partner: 'operator' }],
  ] as const)
    expect(await statement(viewer, variables)).toMatchObject({ errors: undefined, ...fees, lines: { nodes: [fee] } });
  expect(await statement(telecom)).toMatchObject({ netFen: 0, lines: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } });
});

test("a partner reads its own statement only; the operator's staff name the partner; what does not exist is refused", async () => {
  await ledger.append(yan);
  const code = async (viewer: never, variables: object) => (await statement(viewer, variables)).errors?.[0]?.extensions?.['code'];
  for (const partner of ['coalition', 'operator', 'nobody']) expect(await code(automotive, { partner })).toBe('FORBIDDEN_OPERATION');
  expect(await code(viewers.partnerStaff('telecom') as never, { partner: 'coalition' })).toBe('FORBIDDEN_OPERATION');
  expect(await code(viewers.member('0193f000-0000-7000-8000-00000000000a') as never, {})).toBe('FORBIDDEN_FIELD');
  expect(await code(viewers.anonymous as never, {})).toBe('UNAUTHENTICATED');
  expect(await statement(viewers.partnerStaff('coalition'))).toMatchObject({ netFen: -30000 });
  for (const [variables, argument] of [
    [{}, 'partner'],
    [{ partner: 'nobody' }, 'partner'],
    [{ partner: 'telecom', period: '2026-13' }, 'period'],
  ] as const)
    expect((await statement(finance, variables)).errors?.[0]?.extensions).toEqual({ code: 'BAD_INPUT', argument });
});

test('a closed statement never changes: returns and stragglers go to the open month', async () => {
  await ledger.append(yan, small(100n));
  await ledger.at('2026-12-01T00:00:00+08:00');
  const asOpen = await statement(automotive);
  await ledger.ask(finance, `mutation { closePeriod(id: "2026-11") { __typename } }`, {}, 'k');
  const closed = await statement(automotive);
  expect(closed).toEqual({ ...asOpen, status: 'CLOSED' });
  await ledger.at('2026-11-30T23:59:59+08:00');
  await ledger.append(small(700n));
  await ledger.at('2026-12-02T00:00:00+08:00');
  for (const fen of [10000n, 20000n])
    await ledger.append(
      ...reversalsOf(
        await obligationsOfRedemption(ledger.em(), yan.redemption as string),
        'REDEMPTION',
        [{ programme: 'COAL-P', points: fen, fen }],
        'return',
      ),
    );
  expect(await statement(automotive)).toEqual(closed);
  expect(await statement(automotive, { period: '2026-12' })).toMatchObject({
    status: 'OPEN',
    receivableFen: 700,
    payableFen: 30000,
    feeFen: 14 - 600,
    netFen: 700 - 14 - 29400,
    lines: {
      nodes: [
        { kind: 'REDEMPTION', fen: 700, feeFen: 14 },
        { kind: 'RETURN', ref: yan.redemption, fen: -10000, feeFen: -200, netFen: -9800 },
        { kind: 'RETURN', ref: yan.redemption, fen: -20000, feeFen: -400, netFen: -19600 },
      ],
    },
  });
  expect(await statement(finance, { period: '2026-12', partner: 'operator' })).toMatchObject({
    receivableFen: 14,
    payableFen: 600,
    netFen: -586,
  });
});

test('the lines page in order of time, whichever side the partner is on', async () => {
  const other = { ...yan, debtor: 'operator', creditor: 'coalition', redemption: null };
  for (let day = 1; day <= 4; day++) {
    await ledger.at(`2026-11-0${day}T12:00:00+08:00`);
    await ledger.append({ ...small(BigInt(day)), feeFen: 1n }, { ...other, fen: BigInt(10 * day), feeFen: 2n });
  }
  const read = async (partner: string, first: number) => {
    const lines: string[] = [];
    for (let after: string | null | undefined, more = true; more;) {
      const { lines: page, errors } = await statement(finance, { partner, first, after });
      expect(errors).toBeUndefined();
      lines.push(...page.nodes.map(({ kind, fen }) => `${kind} ${fen}`));
      after = page.pageInfo.endCursor;
      more = (page.pageInfo as unknown as { hasNextPage: boolean }).hasNextPage;
    }
    return lines;
  };
  const coalitions = [1, 2, 3, 4].flatMap((day) => [`REDEMPTION ${-day}`, `REDEMPTION ${10 * day}`]);
  const operators = [1, 2, 3, 4].flatMap((day) => ['FEE 1', `REDEMPTION ${-10 * day}`, 'FEE 2']);
  for (const first of [1, 2, 3, 100]) {
    expect(await read('coalition', first)).toEqual(coalitions);
    expect(await read('operator', first)).toEqual(operators);
  }
  expect((await statement(finance, { partner: 'coalition' })).netFen).toBe(100 - 8 - 10);
  for (const variables of [{ after: 'x' }, { after: Buffer.from('["a","b"]').toString('base64url') }, { first: 101 }])
    expect((await statement(automotive, variables)).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
});

test('obligations are found by those who have a part in them and by the operator, by no one else', async () => {
  const [obligation] = await ledger.append(yan);
  const representations = [
    { __typename: 'Obligation', id: obligation?.id },
    { __typename: 'Redemption', id: yan.redemption },
    { __typename: 'Redemption', id: 'no uuid' },
  ];
  const fields = `id kind debtor { id } creditor { id } programme { id } points fen feeFen netFen redemption period at`;
  const entities = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Obligation { ${fields} } ... on Redemption { obligations { ${fields} } } } }`;
  const found = {
    id: obligation?.id,
    kind: 'REDEMPTION',
    debtor: { id: 'coalition' },
    creditor: { id: 'automotive' },
    programme: { id: 'COAL-P' },
    points: 30000,
    fen: 30000,
    feeFen: 600,
    netFen: 29400,
    redemption: yan.redemption,
    period: '2026-11',
    at,
  };
  for (const viewer of [automotive, coalition, finance, viewers.regulator, viewers.partnerStaff('coalition'), viewers.partner('operator')])
    expect(await ledger.ask(viewer, entities, { representations })).toEqual({
      data: { _entities: [found, { obligations: [found] }, { obligations: [] }] },
    });
  expect((await ledger.ask(telecom, entities, { representations })).data).toEqual({
    _entities: [null, { obligations: [] }, { obligations: [] }],
  });
  for (const viewer of [viewers.member('0193f000-0000-7000-8000-00000000000a'), viewers.anonymous])
    expect((await ledger.ask(viewer, entities, { representations })).data).toEqual({
      _entities: [null, { obligations: null }, { obligations: null }],
    });
});

test('a period as it stands, for those who clear', async () => {
  await ledger.append(yan);
  const period = `{ settlementPeriod(id: "2026-11") { id status closedAt totalFen nets { partner { id } fen } } }`;
  expect((await ledger.ask(finance, period)).data?.['settlementPeriod']).toEqual({
    id: '2026-11',
    status: 'OPEN',
    closedAt: null,
    totalFen: 0,
    nets: [
      { partner: { id: 'automotive' }, fen: 29400 },
      { partner: { id: 'coalition' }, fen: -30000 },
      { partner: { id: 'operator' }, fen: 600 },
    ],
  });
  expect((await ledger.ask(automotive, period)).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_FIELD');
});
