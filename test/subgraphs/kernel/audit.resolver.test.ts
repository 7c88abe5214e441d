import { openTestGraph, type TestGraph } from '../../support/graph.js';
import { told } from '../../journeys/story.js';
import { addRows } from '../../support/entities.js';
import { seedTestGraph } from '../../support/seed.js';
import { viewers } from '../../support/viewers.js';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openTestGraph();
  await seedTestGraph(graph);
  await addRows(graph);
});
afterAll(() => graph.close());

interface Entry {
  readonly operation: string;
  readonly [field: string]: unknown;
}

async function trail(name: string): Promise<readonly Entry[]> {
  const read = `query ($after: String) { ${name}(first: 100, after: $after) { nodes { actor operation key partner before after detail }
    pageInfo { hasNextPage endCursor } } }`;
  const found: Entry[] = [];
  for (let after: string | null = null, more = true; more;) {
    const page: { nodes: Entry[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } = await told(
      graph,
      viewers.regulator,
      read,
      { after },
    );
    found.push(...page.nodes);
    ({ hasNextPage: more, endCursor: after } = page.pageInfo);
  }
  return found;
}

test('whatever staff do with a member, no trail holds an internal uid', async () => {
  const admin = viewers.staff();
  const second = viewers.staff('admin', 'staff-second');
  const steps = '[{ id: "base", rank: 0, name: { zh: "b", en: "b" } }, { id: "gold", rank: 1, name: { zh: "g", en: "g" } }]';
  const writes: readonly (readonly [string, typeof admin?])[] = [
    [`setTiers(input: { partner: "retailer", tiers: ${steps} }) { replayed }`],
    ['assignTier(member: "operator/M-Sun", tier: "gold", reason: "a friend of the house", partner: "retailer") { __typename }'],
    ['exportMember(member: "operator/M-Sun") { __typename }'],
    ['linkMember(member: "operator/M-Sun", partner: "fashion", ref: "sun") { __typename }'],
    ['recordCredit(input: { member: "operator/M-Sun", score: 801, source: "city" }) { __typename }'],
    ['freeze(member: "operator/M-Sun", reason: "look") { __typename }'],
    ['unfreeze(member: "operator/M-Sun", reason: "look") { __typename }'],
    ['unfreeze(member: "operator/M-Sun", reason: "look") { __typename }', second],
    ['adjust(member: "operator/M-Sun", programme: "COAL-P", points: 1, reason: "r") { __typename }'],
    ['eraseMember(member: "operator/M-Sun", forfeit: true) { __typename }'],
  ];
  for (const [n, [write, viewer = admin]] of writes.entries()) await told(graph, viewer, `mutation { ${write} }`, {}, `trail-${n}`);
  const trails = (await Promise.all(['memberAudit', 'ledgerAudit', 'catalogAudit'].map(trail))).flat();
  const named = new Set(trails.map(({ operation }) => operation));
  for (const [write] of writes) expect(named).toContain(/^\w+/.exec(write)?.[0]);
  const { em } = graph.subgraph('members').database;
  const members = await em.fork().execute<{ uid: string }[]>('select uid::text as uid from members.member');
  expect(members.length).toBeGreaterThan(10);
  const leaking = trails.filter((entry) => members.some(({ uid }) => JSON.stringify(entry).includes(uid)));
  expect(leaking).toEqual([]);
  for (const operation of ['assignTier', 'exportMember', 'freeze'])
    expect(trails.find((entry) => entry.operation === operation)?.['after']).toMatch(/"member":"mbr_/);
});
