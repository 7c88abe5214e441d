import { openTestGraph, type TestGraph } from '../support/graph.js';
import { seedTestGraph } from '../support/seed.js';
import { viewers } from '../support/viewers.js';
import { told } from './story.js';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openTestGraph();
  await seedTestGraph(graph);
});
afterAll(() => graph.close());

let keys = 0;
const write = <T>(viewer: Parameters<typeof told>[1], document: string, variables = {}): Promise<T> =>
  told<T>(graph, viewer, document, variables, `green-${(keys += 1)}`);
const setClock = (at: string): Promise<unknown> =>
  write(viewers.anonymous, 'mutation ($at: DateTime!) { sandbox { setClock(at: $at) } }', { at });
const report = (): Promise<{ over: boolean; rows: unknown[] }> =>
  told(
    graph,
    viewers.regulator,
    '{ greenReport(period: "2031-03") { over rows { programme { id } labelled suppressed members purchases points spentFen } } }',
  );

test('B6, B25: the month’s green points to the point, and what was spent to the fen, once the month is over and in groups that are large enough', async () => {
  const enrol = 'mutation ($input: EnrolMemberInput!) { enrolMember(input: $input) { __typename } }';
  const buy =
    'mutation ($ref: String!, $of: String!, $lines: [PurchaseLineInput!]!) { accrue(memberRef: $ref, purchaseRef: $of, lines: $lines) { __typename } }';
  await setClock('2031-03-01T00:00:00+08:00');
  for (const partner of ['retailer', 'banking'])
    for (let n = 1; n <= 10; n += 1) {
      const ref = `green-${n}`;
      await write(viewers.staff('admin'), enrol, { input: { partner, ref, name: '绿' } });
      const green = { certificate: 'GREEN', ...(partner === 'banking' ? { event: 'SPEND', cardProduct: 'GREEN' } : {}) };
      // Nine of the bank's customers buy something green, and one does not.
      const lines = [{ sku: 'rice', fen: 10_000 + n, ...(partner === 'banking' && n === 10 ? { event: 'SPEND' } : green) }];
      await write(viewers.partner(partner), buy, { ref, of: `${ref}-1`, lines });
      if (partner === 'retailer') await write(viewers.partner(partner), buy, { ref, of: `${ref}-2`, lines: [{ sku: 'pen', fen: 199 }] });
    }
  await setClock('2031-03-31T23:59:58+08:00');
  expect(await report()).toEqual({ over: false, rows: [] });
  await setClock('2031-04-01T00:00:00+08:00');
  const whole = { suppressed: false, members: 10, purchases: 20, points: 10 * 300 + 10, spentFen: 10 * 10_000 + 55 + 10 * 199 };
  const few = { suppressed: true, members: null, purchases: null, points: null, spentFen: null };
  const rows = [
    { programme: { id: 'BANK-P' }, labelled: false, ...few },
    { programme: { id: 'COAL-P' }, labelled: true, ...whole },
  ];
  expect(await report()).toEqual({ over: true, rows });
  // A purchase of March that is reported in April is booked in April: a month that is over stays as it was.
  await write(
    viewers.partner('retailer'),
    `mutation { accrue(memberRef: "green-1", purchaseRef: "late", at: "2031-03-31T12:00:00+08:00", lines: [{ sku: "rice", fen: 10000, certificate: "GREEN" }]) { __typename } }`,
  );
  expect(await report()).toEqual({ over: true, rows });
  // Nine again with another floor: what was too few to be told is told from nine on.
  await write(viewers.staff('admin'), 'mutation { setReportFloor(members: 9) { members } }');
  expect((await report()).rows[0]).toEqual({
    programme: { id: 'BANK-P' },
    labelled: false,
    suppressed: false,
    members: 9,
    purchases: 9,
    points: 9 * 200,
    spentFen: 9 * 10_000 + 45,
  });
});
