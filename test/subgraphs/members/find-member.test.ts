import pg from 'pg';
import { recipientOf, type Viewer } from '../../../schema/viewer.js';
import { testIds } from '../../support/subgraph.js';
import { viewers } from '../../support/viewers.js';
import { openMembers, type TestMembers } from './members.js';

let members: TestMembers;
let ours: string;
let stranger: string;
const telecom = viewers.partner('telecom');
const admin = viewers.staff();
const nobody = '0190a000-0000-7000-8000-000000000000';

beforeAll(async () => {
  members = await openMembers();
  ours = await members.enrol('M-Li', 'telecom');
  stranger = await members.enrol('M-Wang', 'banking');
});
afterAll(() => members.close());

/** The statements that one question takes, as texts. */
async function statementsOf(viewer: Viewer, ref: string): Promise<{ statements: string[]; found: boolean; answer: unknown }> {
  const statements: string[] = [];
  const plain = pg.Client.prototype.query as (...parameters: unknown[]) => unknown;
  pg.Client.prototype.query = function (this: pg.Client, ...parameters: unknown[]) {
    const [first] = parameters as [string | { text: string }];
    statements.push((typeof first === 'string' ? first : first.text).replaceAll(/\s+/g, ' '));
    return plain.apply(this, parameters);
  } as never;
  try {
    const answer = await members.ask({ ...viewer, via: 'ledger' }, 'query ($ref: String!) { findMemberUid(ref: $ref) }', { ref });
    return { statements, found: answer.data?.['findMemberUid'] !== null, answer };
  } finally {
    pg.Client.prototype.query = plain as never;
  }
}
const withoutValues = (statement: string): string => statement.replaceAll(/'[^']*'|\bnull\b/gi, '?');
const idFor = (viewer: Viewer, uid: string): string => testIds.seal(uid, recipientOf(viewer));

test("a partner's question takes the same single statement, whoever it is about", async () => {
  const paths = {
    'own id': idFor(telecom, ours),
    'own number': 'M-Li',
    'a stranger, sealed for us': idFor(telecom, stranger),
    "a stranger's id": idFor(viewers.partner('banking'), stranger),
    "our member's id at another partner": idFor(viewers.partner('banking'), ours),
    "a stranger's number": 'M-Wang',
    'an id of nobody': idFor(telecom, nobody),
    'a number of nobody': 'M-Nobody',
    'no id at all': 'mbr_',
  };
  const asked: [string, Awaited<ReturnType<typeof statementsOf>>][] = [];
  for (const [path, ref] of Object.entries(paths)) asked.push([path, await statementsOf(telecom, ref)]);
  const [first] = asked;
  expect(first?.[1].statements).toHaveLength(1);
  for (const [path, { statements }] of asked)
    expect([path, statements.map(withoutValues)]).toEqual([path, first?.[1].statements.map(withoutValues)]);
  expect(asked.filter(([, { found }]) => found).map(([path]) => path)).toEqual(['own id', 'own number']);
  const closed = asked.filter(([, { found }]) => !found);
  for (const [, { answer }] of closed) expect(answer).toEqual(closed[0]?.[1].answer);
});

test.each`
  who        | viewer   | refs
  ${'staff'} | ${admin} | ${['telecom/M-Li', 'telecom/M-Nobody', 'nobody/M-Li', 'M-Li', idFor(admin, nobody)]}
`('$who: one statement for each of $refs', async ({ viewer, refs }) => {
  for (const ref of refs as string[]) expect((await statementsOf(viewer, ref)).statements).toHaveLength(1);
});

test('a member finds itself only, and no statement tells a stranger from nobody', async () => {
  const li = viewers.member(ours);
  const refs = [idFor(li, ours), idFor(li, stranger), idFor(li, nobody), 'M-Li'];
  const asked = [];
  for (const ref of refs) asked.push(await statementsOf(li, ref));
  expect(asked.map(({ found, statements }) => [found, statements.length])).toEqual([
    [true, 0],
    [false, 0],
    [false, 0],
    [false, 0],
  ]);
});
