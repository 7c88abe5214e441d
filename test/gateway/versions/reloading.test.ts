import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idOf } from '../../../gateway/persisted/manifest.js';
import type { Source } from '../../../gateway/versions/source.js';
import { subgraphsOf } from '../../../schema/roster.js';
import { type EventStream, openEventStream } from '../../support/event-stream.js';
import { openTestGraph, type TestGraph } from '../../support/graph.js';
import { viewers } from '../../support/viewers.js';

const contract = readFileSync('schema/supergraph.graphql', 'utf8');
/** The contract with one line of one type as it is not. */
function changed(type: string, line: string, next: string, sdl = contract): string {
  const start = sdl.indexOf(`\ntype ${type}\n`);
  const at = sdl.indexOf(`\n  ${line}`, start);
  if (start < 0 || at < 0) throw new Error(`no ${line} in ${type}`);
  return `${sdl.slice(0, at)}\n  ${next}${sdl.slice(at + line.length + 3)}`;
}
const opensAt = 'opensAt: DateTime @join__field(graph: CATALOG)';
const closesAt = 'closesAt: DateTime @join__field(graph: CATALOG)';
const staffOnly = '@requiresScopes(scopes: [["grants.read:all"]])';
const openingClosed = changed('Item', opensAt, `${opensAt} ${staffOnly}`);
const closingClosed = changed('Item', closesAt, `${closesAt} ${staffOnly}`);

let graph: TestGraph;
let folder: string;
let text = openingClosed;
const level = process.env['TONGDUI_LOG'];
const source: Source = { name: 'the test', stamp: () => Promise.resolve(text), read: () => Promise.resolve(text) };
const admin = viewers.staff('admin');
const garage = viewers.partner('automotive');

beforeAll(async () => {
  process.env['TONGDUI_LOG'] = 'silent';
  folder = await mkdtemp(join(tmpdir(), 'documents-'));
  const persisted = { folder, modes: new Map() };
  graph = await openTestGraph(subgraphsOf(false), { source, persisted, streams: { beatMs: 200, recheckMs: 100 } });
  await must('mutation { createPartner(input: { id: "automotive", name: { zh: "车", en: "Garage" }, trade: AUTOMOTIVE }) { __typename } }');
  await must('mutation { enrolMember(input: { partner: "automotive", ref: "one", name: "One" }) { __typename } }');
});
afterAll(async () => {
  if (level === undefined) delete process.env['TONGDUI_LOG'];
  else process.env['TONGDUI_LOG'] = level;
  await graph.close();
  await rm(folder, { recursive: true });
});

let keys = 0;
async function must(query: string): Promise<void> {
  const { errors } = await graph.ask(admin, query, undefined, `key-${(keys += 1)}`);
  if (errors) throw new Error(JSON.stringify(errors));
}
async function become(sdl: string): Promise<void> {
  text = sdl;
  await graph.gateway.reload();
}
const isOpen = async (field: string): Promise<boolean> => {
  const { status, data } = await graph.ask(viewers.anonymous, `{ items(first: 1) { nodes { ${field} } } }`);
  expect([200, 400]).toContain(status);
  return status === 200 && data?.['items'] !== undefined;
};
const figure = async (name: string): Promise<number> => {
  const { text: all } = await graph.gateway.metrics();
  const line = all.split('\n').find((one) => one.startsWith(`${name} `));
  if (line === undefined) throw new Error(`no ${name}`);
  return Number(line.slice(name.length));
};

test('a field that a new version opens is open, and one that it closes is closed, from the swap on; under load no request fails', async () => {
  const now = { isOver: false };
  const failures: unknown[] = [];
  let answered = 0;
  const client = async (): Promise<void> => {
    while (!now.isOver) {
      const answer = await graph.ask(viewers.anonymous, '{ items(first: 3) { nodes { id category } } }').catch((error: unknown) => error);
      if (JSON.stringify(answer) !== '{"status":200,"data":{"items":{"nodes":[]}}}') failures.push(answer);
      answered += 1;
    }
  };
  const clients = Promise.all(Array.from({ length: 6 }, client));
  try {
    expect([await isOpen('opensAt'), await isOpen('closesAt')]).toEqual([false, true]);
    const rounds = [contract, closingClosed, openingClosed, contract];
    for (const sdl of rounds) {
      await become(sdl);
      expect([await isOpen('opensAt'), await isOpen('closesAt')]).toEqual([sdl !== openingClosed, sdl !== closingClosed]);
    }
  } finally {
    now.isOver = true;
    await clients;
  }
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(50);
  expect(await figure('tongdui_supergraph_reloads_total{outcome="taken"}')).toBe(4);
});

test('what was asked of the version before is planned before the new one answers', async () => {
  await become(contract);
  const query = '{ items(first: 2) { nodes { id tags } } }';
  for (let time = 0; time < 3; time += 1) await graph.ask(viewers.anonymous, query);
  await become(closingClosed);
  const made = await figure('tongdui_plans_made');
  await graph.ask(viewers.anonymous, query);
  expect(await figure('tongdui_plans_made')).toBe(made);
});

test('what is registered while it runs is planned before anybody asks, and once more by the next version', async () => {
  const registered = '{ items(first: 4) { nodes { id category opensAt tags } } }';
  await become(contract);
  const kept = await figure('tongdui_plans_kept');
  const made = await figure('tongdui_plans_made');
  await writeFile(join(folder, 'mall.json'), JSON.stringify({ [idOf(registered)]: registered }));
  for (let tries = 0; (await figure('tongdui_plans_kept')) === kept; tries += 1) {
    if (tries > 100) throw new Error('not planned');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect((await graph.ask(viewers.anonymous, registered)).status).toBe(200);
  expect(await figure('tongdui_plans_made')).toBe(made);
  await become(closingClosed);
  const after = await figure('tongdui_plans_made');
  expect((await graph.ask(viewers.anonymous, registered)).status).toBe(200);
  expect(await figure('tongdui_plans_made')).toBe(after);
}, 20_000);

test.each`
  what                                     | sdl
  ${'nothing'}                             | ${''}
  ${'half a contract'}                     | ${contract.slice(0, contract.length / 2)}
  ${'a schema that is no supergraph'}      | ${'type Query { a: Int }'}
  ${'a field that nobody decided about'}   | ${contract.replace(/(\ntype JournalRoot\n[^{]*?)\n {2}@policy[^\n]*/, '$1')}
  ${'a subgraph without an address'}       | ${contract.replace('@join__graph(name: "telecom"', '@join__graph(name: "stranger"')}
  ${'a field of a type that there is not'} | ${changed('Item', opensAt, 'opensAt: Nothing @join__field(graph: CATALOG)')}
`('$what is refused, said, and changes nothing', async ({ sdl }: { sdl: string }) => {
  await become(contract);
  const before = await figure('tongdui_supergraph_reloads_total{outcome="refused"}');
  await become(sdl);
  expect([await isOpen('opensAt'), await isOpen('closesAt')]).toEqual([true, true]);
  expect(await figure('tongdui_supergraph_reloads_total{outcome="refused"}')).toBe(before + 1);
  expect(await figure('tongdui_supergraph_refused')).toBe(1);
  await become(contract);
  expect(await figure('tongdui_supergraph_refused')).toBe(0);
});

describe('streams', () => {
  const streams: EventStream[] = [];
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.cut();
  });
  const follow = async (query: string, headers?: Record<string, string>): Promise<EventStream> => {
    const stream = await openEventStream(graph.url, await graph.tokenOf(garage), { query }, headers);
    streams.push(stream);
    return stream;
  };
  const consent = (purpose: string): Promise<void> =>
    must(
      `mutation { grantConsent(member: "automotive/one", recipient: "automotive", purpose: ${purpose}, classes: [PII]) { __typename } }`,
    );
  const withoutProgramme = changed('Event', 'programme: Programme', 'noProgramme: Programme');

  test('one whose selection still fits goes on with the new version; one whose does not is told to come again, and then why', async () => {
    await become(contract);
    const fits = await follow('subscription { events { id type } }');
    const doesNot = await follow('subscription { events { id programme { id } } }');
    expect([fits.status, doesNot.status]).toEqual([200, 200]);
    await become(withoutProgramme);
    const last = await doesNot.next();
    expect(last).toMatchObject({ errors: [{ extensions: { code: 'RECONNECT', lastEventId: last?.id } }] });
    const again = await follow('subscription { events { id programme { id } } }', { 'last-event-id': last?.id as string });
    expect(again.status).toBe(400);
    expect(await again.body()).toMatchObject({ errors: [{ extensions: { code: 'BAD_INPUT' } }] });
    await consent('SERVICE');
    expect((await fits.next())?.data).toMatchObject({ events: { type: 'CONSENT_GRANTED' } });
    await become(contract);
    await consent('MARKETING');
    expect((await fits.next())?.data).toMatchObject({ events: { type: 'CONSENT_GRANTED' } });
  });

  test('one whose root the new version closes is told to come again, and then that it is closed', async () => {
    await become(contract);
    const stream = await follow('subscription { events { id } }');
    const root = /\ntype Subscription\n[^}]*?\n {2}events\([^]*?@requiresScopes\(scopes: \[\[("[^"]+")\]\]\)/.exec(contract);
    if (!root) throw new Error('no subscription to events');
    await become(contract.replace(root[0], root[0].replace(root[1] as string, '"me.read"')));
    expect(await stream.next()).toMatchObject({ errors: [{ extensions: { code: 'RECONNECT' } }] });
    expect((await follow('subscription { events { id } }')).status).not.toBe(200);
  });
});
