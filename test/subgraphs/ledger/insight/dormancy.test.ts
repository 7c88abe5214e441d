import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { principalOf, type Viewer } from '../../../../schema/viewer.js';
import { dormantFor, type IdleBand } from '../../../../subgraphs/ledger/insight/dormant.js';
import { viewers } from '../../../support/viewers.js';
import { catalog, openLedger, type Row, type TestLedger } from '../ledger.js';

const bandsOf = (text: string): IdleBand[] =>
  text.split(' ').map((part) => {
    const [months = 0, members = 0] = part.split(':').map(Number);
    return { months, members, points: BigInt(members * 100) };
  });

test.each`
  months | floor | bands                | told         | why
  ${6}   | ${3}  | ${'0:5 6:3'}         | ${'6: 3'}    | ${'as many as the floor, and as many over'}
  ${6}   | ${4}  | ${'0:5 6:3'}         | ${'nothing'} | ${'too few'}
  ${6}   | ${3}  | ${'0:2 6:3'}         | ${'nothing'} | ${'the two left over would follow'}
  ${6}   | ${3}  | ${'6:3'}             | ${'6: 3'}    | ${'nobody is left over'}
  ${6}   | ${3}  | ${'0:5 6:1 9:3'}     | ${'9: 3'}    | ${'the one between six and nine would follow'}
  ${6}   | ${3}  | ${'0:5 6:3 9:3'}     | ${'6: 6'}    | ${'each term adds enough'}
  ${9}   | ${3}  | ${'0:5 6:3 9:3'}     | ${'9: 3'}    | ${'each term adds enough'}
  ${6}   | ${3}  | ${'0:5 5:9 7:2 8:1'} | ${'7: 3'}    | ${'eight and seven together are enough'}
`('idle for $months, from $floor members on, of $bands: $told, for $why', ({ months, floor, bands, told }) => {
  const found = dormantFor(months, floor, bandsOf(bands));
  expect(found ? `${found.months}: ${found.members}` : 'nothing').toBe(told);
});

test('no two answers, and no answer and the whole, differ by fewer members than the floor', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), fc.array(fc.nat(8), { minLength: 1, maxLength: 12 }), (floor, counts) => {
      const bands = counts.map((members, months) => ({ months, members, points: BigInt(members) })).filter(({ members }) => members > 0);
      const holders = counts.reduce((sum, one) => sum + one, 0);
      const told = counts.map((_, months) => dormantFor(months, floor, bands)?.members ?? 0);
      for (const one of [...told, holders])
        for (const other of [0, ...told])
          expect(one === other || Math.abs(one - other) >= floor || (other === 0 && one === holders)).toBe(true);
    }),
    { seed: 1, numRuns: 500 },
  );
});

let ledger: TestLedger;
const issuer = viewers.partnerStaff('telecom');
const spender = uuid();
const idle = uuid();
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.setClock('2030-01-15T04:00:00Z');
  for (const member of [idle, spender, uuid(), uuid()]) await ledger.accrue(member, 'TEL-P', 1_000);
  await ledger.setClock('2030-02-28T16:00:00Z'); // The first instant of March where the programme lives.
  await spend(spender, 400);
  await ledger.setClock('2030-06-15T04:00:00Z');
  for (let n = 0; n < 3; n += 1) await ledger.accrue(uuid(), 'TEL-P', 50);
  await ledger.write(viewers.staff('admin'), 'mutation { setReportFloor(members: 3) { members } }');
});
afterAll(() => ledger.close());

async function spend(memberUid: string, points: number): Promise<void> {
  const [hold, redemption] = [uuid(), uuid()];
  const input = { hold, redemption, memberUid, acceptor: 'automotive', legs: [{ programme: 'TEL-P', points, fen: points }] };
  await ledger.write(catalog, 'mutation ($input: PlaceHoldInput!) { placeHold(input: $input) { __typename } }', { input });
  expect(await ledger.write(catalog, 'mutation ($hold: ID!) { captureHold(hold: $hold) { __typename } }', { hold })).toEqual({
    __typename: 'HoldCaptured',
  });
}
const dormancy = async (viewer: Viewer = issuer, variables: Row = {}): Promise<unknown> => {
  const answer = await ledger.ask(
    viewer,
    'query ($programme: ID!, $months: Int) { dormancy(programme: $programme, months: $months) { suppressed months members points floor } }',
    { programme: 'TEL-P', ...variables },
  );
  return answer.errors ? answer.errors[0]?.extensions?.['code'] : answer.data?.['dormancy'];
};
const nudges = async (uid: string): Promise<unknown> => {
  const viewer = viewers.member(uid);
  const representations = [{ __typename: 'Me', principal: principalOf(viewer) }];
  const answer = await ledger.ask(
    viewer,
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Me { dormancy { id period months points message programme { id } } } } }',
    { representations },
  );
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return (answer.data?.['_entities'] as { dormancy: unknown }[])[0]?.dormancy;
};

test('B1: without a burn for six months, to the instant, and the same all month long', async () => {
  await ledger.setClock('2030-07-31T15:59:59Z');
  expect(await dormancy()).toEqual({ suppressed: true, months: null, members: null, points: null, floor: 3 });
  // Of seven holders three were idle for six months as August began; the spender for five.
  await ledger.setClock('2030-07-31T16:00:00Z');
  const august = { suppressed: false, months: 6, members: 3, points: 3_000, floor: 3 };
  expect(await dormancy()).toEqual(august);
  expect(await dormancy(issuer, { months: 5 })).toEqual(august);
  await spend(idle, 1);
  await ledger.setClock('2030-08-31T15:59:59Z');
  expect(await dormancy()).toEqual(august);
  // The spender has been idle for six months then, and the one who spent in August for none: seven months would be too few.
  await ledger.setClock('2030-08-31T16:00:00Z');
  expect(await dormancy()).toEqual({ suppressed: false, months: 6, members: 3, points: 2_600, floor: 3 });
  expect(await dormancy(issuer, { months: 7 })).toMatchObject({ suppressed: true });
});

test('B1: the member reads one nudge for each month until some are spent', async () => {
  await ledger.setClock('2030-08-31T15:59:59Z');
  expect(await nudges(spender)).toEqual([]);
  await ledger.setClock('2030-08-31T16:00:00Z');
  const said = [
    {
      id: 'TEL-P:2030-09',
      period: '2030-09',
      months: 6,
      points: 600,
      message: 'You have 600 points and have spent none for 6 months',
      programme: { id: 'TEL-P' },
    },
  ];
  expect([await nudges(spender), await nudges(spender)]).toEqual([said, said]);
  await spend(spender, 100);
  expect(await nudges(spender)).toEqual([]);
});

test('the months are a setting of the issuer; others read and set nothing', async () => {
  await ledger.setClock('2030-09-01T04:00:00Z');
  const set = (viewer: Viewer, months: number) =>
    ledger.ask(
      viewer,
      'mutation ($n: Int!) { setDormancy(programme: "TEL-P", months: $n) { programme { dormantAfterMonths } replayed } }',
      { n: months },
      uuid(),
    );
  expect((await set(issuer, 7)).data).toEqual({ setDormancy: { programme: { dormantAfterMonths: 7 }, replayed: false } });
  expect(await dormancy()).toMatchObject({ suppressed: true, members: null });
  expect(await dormancy(issuer, { months: 6 })).toMatchObject({ suppressed: false, members: 3 });
  for (const months of [0, 121]) expect((await set(issuer, months)).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  expect(await dormancy(issuer, { months: 0 })).toBe('BAD_INPUT');
  expect((await set(viewers.partnerStaff('automotive'), 2)).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  expect(await dormancy(viewers.partnerStaff('automotive'))).toBe('FORBIDDEN_OPERATION');
  expect(await dormancy(viewers.member(idle))).toBe('FORBIDDEN_FIELD');
  expect(await dormancy(viewers.staff('admin'), { programme: 'NONE-P' })).toBe('BAD_INPUT');
});
