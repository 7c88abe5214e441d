import { v7 as uuid } from 'uuid';
import type { Viewer } from '../../../../schema/viewer.js';
import { shownAbove } from '../../../../subgraphs/ledger/green/group-floor.js';
import { viewers } from '../../../support/viewers.js';
import { openLedger, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
const admin = viewers.staff('admin');
const setLabels =
  'mutation ($programme: ID!, $labels: [ProgrammeLabel!]!) { setProgrammeLabels(programme: $programme, labels: $labels) { programme { id labels } } }';
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.setClock('2026-10-20T04:00:00Z');
  await ledger.publish({
    programme: 'TEL-P',
    name: 'green',
    kind: 'BONUS',
    bonusBasisPoints: 20_000,
    certificate: 'GREEN',
    validFrom: '2020-01-01T00:00:00Z',
  });
  expect(await ledger.write(admin, setLabels, { programme: 'COAL-P', labels: ['GREEN'] })).toEqual({
    programme: { id: 'COAL-P', labels: ['GREEN'] },
  });
  // Ten members with green points of the coalition, nine of the operator's; one buys a month later.
  for (let n = 0; n < 10; n += 1) await ledger.accrue(uuid(), 'COAL-P', 100);
  for (let n = 0; n < 9; n += 1) await ledger.accrue(uuid(), 'TEL-P', 0, { lines: [{ sku: 'x', fen: 100, certificate: 'GREEN' }] });
  await ledger.accrue(uuid(), 'TEL-P', 5_000);
  await ledger.setClock('2026-10-31T15:59:59Z');
  await ledger.accrue(uuid(), 'COAL-P', 7);
  await ledger.setClock('2026-10-31T16:00:00Z');
  await ledger.accrue(uuid(), 'COAL-P', 1_000, { at: '2026-10-30T04:00:00Z' });
});
afterAll(() => ledger.close());

const report = async (viewer: Viewer, period = '2026-10'): Promise<unknown> => {
  const { data, errors } = await ledger.ask(
    viewer,
    'query ($period: ID!) { greenReport(period: $period) { over rows { programme { id } labelled suppressed members purchases points spentFen } } }',
    { period },
  );
  return errors ? errors[0]?.extensions?.['code'] : data?.['greenReport'];
};
const coal = { programme: { id: 'COAL-P' }, labelled: true, suppressed: false, members: 11, purchases: 11, points: 1_007, spentFen: 1_007 };
const tel = { programme: { id: 'TEL-P' }, labelled: false, suppressed: true, members: null, purchases: null, points: null, spentFen: null };

test.each([
  [9, null],
  [10, 10],
  [11, 11],
])('%d members above a floor of 10: %p', (members, shown) => {
  expect(shownAbove(10, { members, purchases: 1, points: 1n, spentFen: 1n })?.members ?? null).toBe(shown);
});

test('a month that is over: what the label counts, what certificates gave, and nothing of a group that is too small', async () => {
  expect(await report(admin)).toEqual({ over: true, rows: [coal, tel] });
  expect(await report(viewers.regulator)).toEqual({ over: true, rows: [coal, tel] });
  // A month that grows is not shown, and what is booked late is of the month in which it was booked.
  expect(await report(admin, '2026-11')).toEqual({ over: false, rows: [] });
});

test('the floor is a setting, and never below two', async () => {
  const set = (members: number): Promise<Row> =>
    ledger.write(admin, 'mutation ($members: Int!) { setReportFloor(members: $members) { members } }', { members });
  await set(9);
  expect(await report(admin)).toMatchObject({
    rows: [coal, { suppressed: false, members: 9, purchases: 9, points: 1_800, spentFen: 900 }],
  });
  await set(12);
  expect(await report(admin)).toMatchObject({ rows: [{ suppressed: true, members: null }, { suppressed: true }] });
  await set(10);
  expect(
    (await ledger.ask(admin, 'mutation { setReportFloor(members: 1) { members } }', {}, uuid())).errors?.[0]?.extensions,
  ).toMatchObject({ code: 'BAD_INPUT' });
});

test('an issuer reads of its own programmes and labels its own; others neither', async () => {
  expect(await report(viewers.partnerStaff('telecom'))).toEqual({ over: true, rows: [tel] });
  expect(await report(viewers.partnerStaff('automotive'))).toEqual({ over: true, rows: [] });
  expect(await report(viewers.member(uuid()))).toBe('FORBIDDEN_FIELD');
  const code = async (viewer: Viewer) =>
    (await ledger.ask(viewer, setLabels, { programme: 'COAL-P', labels: [] }, uuid())).errors?.[0]?.extensions?.['code'];
  expect(await code(viewers.partnerStaff('telecom'))).toBe('FORBIDDEN_OPERATION');
  expect(await ledger.ask(viewers.anonymous, '{ programme(id: "COAL-P") { labels } }')).toMatchObject({
    data: { programme: { labels: ['GREEN'] } },
  });
});

test('a label changes no points', async () => {
  const member = uuid();
  await ledger.accrue(member, 'COAL-P', 300);
  await ledger.write(viewers.partnerStaff('coalition'), setLabels, { programme: 'COAL-P', labels: [] });
  await ledger.accrue(member, 'COAL-P', 300);
  expect(await ledger.balance(member, 'COAL-P')).toMatchObject({ available: 600 });
});

describe('a month keeps the label that it ended with', () => {
  const set = (labels: string[]) => ledger.write(admin, setLabels, { programme: 'AUTO-P', labels });
  const rowOf = async (period: string): Promise<unknown> => {
    const { rows } = (await report(viewers.partnerStaff('automotive'), period)) as { rows: Row[] };
    return rows[0] ?? null;
  };
  const after = (period: string): Date => new Date(Date.parse(`${period}-02T04:00:00Z`) + 31 * 86_400_000);
  const begin = async (at: string): Promise<void> => {
    await ledger.setClock(at);
    for (let n = 0; n < 11; n += 1) await ledger.accrue(uuid(), 'AUTO-P', 10);
  };

  test.each([
    ['2027-01-31T15:59:59Z', '2027-01', true],
    ['2027-02-28T16:00:00Z', '2027-02', false],
    ['2027-03-31T16:00:01Z', '2027-03', false],
  ])('labelled at %s, the report of %s is labelled: %s', async (at, period, labelled) => {
    await ledger.setClock(`${period}-10T04:00:00Z`);
    await set([]);
    await begin(`${period}-10T04:00:00Z`);
    await ledger.setClock(at);
    await Promise.all([set(['GREEN']), set(['GREEN'])]);
    await ledger.setClock(after(period));
    expect(await rowOf(period)).toEqual(labelled ? expect.objectContaining({ labelled: true, members: 11 }) : null);
    // Whatever it is labelled afterwards, it is the same month.
    await set([]);
    expect(await rowOf(period)).toEqual(labelled ? expect.objectContaining({ labelled: true, members: 11 }) : null);
  });

  test.each([
    ['2027-07-31T15:59:59Z', '2027-07', false],
    ['2027-08-31T16:00:00Z', '2027-08', true],
    ['2027-09-30T16:00:01Z', '2027-09', true],
  ])('no longer labelled at %s, the report of %s is labelled: %s', async (at, period, labelled) => {
    await ledger.setClock(`${period}-10T04:00:00Z`);
    await set(['GREEN']);
    await begin(`${period}-10T04:00:00Z`);
    await ledger.setClock(at);
    await set([]);
    await ledger.setClock(after(period));
    expect(await rowOf(period)).toEqual(labelled ? expect.objectContaining({ labelled: true, members: 11 }) : null);
    await set(['GREEN']);
    expect(await rowOf(period)).toEqual(labelled ? expect.objectContaining({ labelled: true, members: 11 }) : null);
  });
});
