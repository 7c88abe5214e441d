import { v7 as uuid } from 'uuid';
import { isAccepted } from '../../../../subgraphs/ledger/partners/programme.entity.js';
import { viewers } from '../../../support/viewers.js';
import { openLedger, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

const admin = viewers.staff('admin');
const name = { zh: '航空', en: 'Airline' };
const createPartner = `mutation ($input: CreatePartnerInput!) {
  createPartner(input: $input) { __typename ... on PartnerCreated { replayed partner { id name { zh en } trade feeBasisPoints feeBorneBy suspended } } ... on Refusal { code } }
}`;
const createProgramme = `mutation ($input: CreateProgrammeInput!) {
  createProgramme(input: $input) {
    __typename
    ... on ProgrammeCreated { replayed programme {
      id zone issuer { id programmes { id } } value { fen points } expiry { mode months roundToMonthEnd } acceptance { scope partners } returnPolicy { graceDays } rules { id }
    } }
    ... on Refusal { code }
  }
}`;
const miles = {
  id: 'AIR-M',
  issuer: 'airline',
  name,
  value: { fen: 5, points: 1 },
  expiry: { mode: 'ROLLING', months: 24 },
  acceptance: { scope: 'ALL' },
};

test('a partner and its programme, with the documented defaults', async () => {
  const input = { id: 'airline', name, trade: 'TRAVEL' };
  expect(await ledger.write(admin, createPartner, { input }, 'a1')).toEqual({
    __typename: 'PartnerCreated',
    replayed: false,
    partner: { id: 'airline', name, trade: 'TRAVEL', feeBasisPoints: 200, feeBorneBy: 'ACCEPTOR', suspended: false },
  });
  expect(await ledger.write(admin, createPartner, { input }, 'a1')).toMatchObject({ replayed: true });
  expect(await ledger.write(admin, createPartner, { input })).toEqual({ __typename: 'PartnerExists', code: 'PARTNER_EXISTS' });
  expect(await ledger.write(admin, createProgramme, { input: miles }, 'm1')).toEqual({
    __typename: 'ProgrammeCreated',
    replayed: false,
    programme: {
      id: 'AIR-M',
      zone: 'Asia/Shanghai',
      issuer: { id: 'airline', programmes: [{ id: 'AIR-M' }] },
      value: { fen: 5, points: 1 },
      expiry: { mode: 'ROLLING', months: 24, roundToMonthEnd: false },
      acceptance: { scope: 'ALL', partners: [] },
      returnPolicy: { graceDays: 30 },
      rules: [],
    },
  });
  expect(await ledger.write(admin, createProgramme, { input: miles })).toEqual({ __typename: 'ProgrammeExists', code: 'PROGRAMME_EXISTS' });
});

test.each`
  what                        | change
  ${'a name without letters'} | ${{ id: '1' }}
  ${'worthless points'}       | ${{ value: { fen: 0, points: 1 } }}
  ${'no points'}              | ${{ value: { fen: 1, points: 0 } }}
  ${'an unknown zone'}        | ${{ zone: 'Mars/Olympus' }}
  ${'rolling without months'} | ${{ expiry: { mode: 'ROLLING' } }}
  ${'partners of scope ALL'}  | ${{ acceptance: { scope: 'ALL', partners: ['telecom'] } }}
  ${'an unknown partner'}     | ${{ acceptance: { scope: 'GROUP', partners: ['nobody'] } }}
  ${'an unknown issuer'}      | ${{ issuer: 'nobody' }}
  ${'a negative grace'}       | ${{ returnPolicy: { graceDays: -1 } }}
`('a programme with $what is BAD_INPUT', async ({ change }) => {
  const answer = await ledger.ask(
    admin,
    createProgramme,
    { input: { ...miles, issuer: 'telecom', id: 'X-P', ...(change as Row) } },
    uuid(),
  );
  expect(answer.errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  expect((await ledger.ask(admin, '{ programme(id: "X-P") { id } }')).data).toEqual({ programme: null });
});

test('anybody reads partners and programmes; a fee is its own partner’s and the operator’s', async () => {
  const query =
    '{ partner(id: "telecom") { id trade earnProgramme { id } feeBasisPoints } programme(id: "TEL-P") { id } nobody: partner(id: "nobody") { id } }';
  const feeFor = async (viewer: typeof admin) => {
    const { data, errors } = await ledger.ask(viewer, query);
    expect(data).toMatchObject({
      partner: { id: 'telecom', trade: 'TELECOM', earnProgramme: { id: 'TEL-P' } },
      programme: { id: 'TEL-P' },
      nobody: null,
    });
    return errors?.[0]?.extensions?.['code'] ?? (data?.['partner'] as Row)['feeBasisPoints'];
  };
  expect(await feeFor(viewers.anonymous as never)).toBe('UNAUTHENTICATED');
  expect(await feeFor(viewers.partner('banking') as never)).toBe('FORBIDDEN_FIELD');
  expect(await feeFor(viewers.member(uuid()) as never)).toBe('FORBIDDEN_FIELD');
  expect(await feeFor(viewers.partner('telecom') as never)).toBe(200);
  expect(await feeFor(viewers.staff('finance') as never)).toBe(200);
});

test('lists come in pages; the operator is a partner from the start', async () => {
  const page = async (after: string | null) =>
    (
      await ledger.ask(
        admin,
        'query ($after: String) { partners(first: 4, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
        { after },
      )
    ).data?.['partners'] as { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
  const first = await page(null);
  const second = await page(first.pageInfo.endCursor);
  expect([...first.nodes, ...second.nodes].map(({ id }) => id)).toEqual([
    'airline',
    'automotive',
    'banking',
    'coalition',
    'fashion',
    'operator',
    'telecom',
  ]);
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  const programmes = await ledger.ask(admin, '{ programmes(first: 2) { nodes { id } } }');
  expect(programmes.data).toEqual({ programmes: { nodes: [{ id: 'AIR-M' }, { id: 'AUTO-P' }] } });
  for (const bad of ['first: 0', 'first: 101', 'after: "nonsense"'])
    expect((await ledger.ask(admin, `{ partners(${bad}) { nodes { id } } }`)).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
});

test('partner staff create programmes of their own partner only; nobody else creates anything', async () => {
  const codeOf = async (viewer: unknown, document: string, input: Row) =>
    (await ledger.ask(viewer as never, document, { input }, uuid())).errors?.[0]?.extensions?.['code'] ?? 'open';
  const own = { ...miles, id: 'TEL-X', issuer: 'telecom' };
  expect(await codeOf(viewers.partnerStaff('telecom'), createProgramme, own)).toBe('open');
  expect(await codeOf(viewers.partnerStaff('banking'), createProgramme, { ...own, id: 'TEL-Y' })).toBe('FORBIDDEN_OPERATION');
  expect(await codeOf(viewers.partner('telecom'), createProgramme, { ...own, id: 'TEL-Z' })).toBe('FORBIDDEN_FIELD');
  expect(await codeOf(viewers.regulator, createPartner, { id: 'x', name })).toBe('FORBIDDEN_FIELD');
  // The scope has no boundary of its own.
  const bounded = { ...viewers.partnerStaff('telecom'), scopes: ['partners.admin'] };
  expect(await codeOf(bounded, createPartner, { id: 'x', name })).toBe('FORBIDDEN_OPERATION');
  const earn = `mutation ($p: ID!) { setEarnProgramme(partner: "telecom", programme: $p) { partner { earnProgramme { id } } } }`;
  expect(await ledger.write(admin, earn, { p: 'TEL-X' })).toMatchObject({ partner: { earnProgramme: { id: 'TEL-X' } } });
  expect((await ledger.ask(bounded, earn, { p: 'TEL-P' }, uuid())).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  expect((await ledger.ask(admin, earn, { p: 'NO-P' }, uuid())).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
});

test('other subgraphs read terms; nobody else does', async () => {
  const terms =
    '{ programmeTerms(ids: ["AUTO-P", "NO-P"]) { programme issuer valueFen valuePoints } partnerTerms(id: "automotive") { id trade suspended feeBasisPoints feeBorneBy } }';
  const { data } = await ledger.ask({ ...viewers.partner('telecom'), via: 'catalog' }, terms);
  expect(data).toEqual({
    programmeTerms: [{ programme: 'AUTO-P', issuer: 'automotive', valueFen: 10, valuePoints: 1 }],
    partnerTerms: { id: 'automotive', trade: 'AUTOMOTIVE', suspended: false, feeBasisPoints: 200, feeBorneBy: 'ACCEPTOR' },
  });
  expect((await ledger.ask(admin, terms)).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_FIELD');
});

test.each`
  scope       | partners       | acceptor       | accepted
  ${'ALL'}    | ${[]}          | ${'fashion'}   | ${true}
  ${'GROUP'}  | ${['fashion']} | ${'fashion'}   | ${true}
  ${'GROUP'}  | ${['fashion']} | ${'telecom'}   | ${false}
  ${'GROUP'}  | ${['fashion']} | ${'coalition'} | ${true}
  ${'SINGLE'} | ${[]}          | ${'fashion'}   | ${false}
  ${'SINGLE'} | ${[]}          | ${'coalition'} | ${true}
`('points of scope $scope $partners at $acceptor: $accepted', ({ scope, partners, acceptor, accepted }) =>
  expect(isAccepted({ issuerId: 'coalition', acceptanceScope: scope, acceptancePartners: partners }, acceptor)).toBe(accepted),
);
