import { openTestGraph, type TestGraph } from '../support/graph.js';
import { severable, type Severable } from '../support/severable.js';
import { viewers } from '../support/viewers.js';

let graph: TestGraph;
let way: Severable;
beforeAll(async () => {
  graph = await openTestGraph(undefined, {
    by: async (databaseUrl) => {
      way = await severable(databaseUrl);
      return way.url;
    },
  });
});
afterAll(async () => {
  await graph.close();
  await way.sever();
});

const telecom = viewers.partner('telecom');
const health = async (): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(graph.url.replace('/graphql', '/health/ready'));
  return { status: response.status, body: await response.json() };
};

test('a database that is down is neither forbidden nor empty; once it is back, so is the graph', async () => {
  const enrol = 'mutation { enrolMember(input: { ref: "out", name: "x" }) { __typename } }';
  await way.sever();
  const read = await graph.ask(telecom, '{ member(ref: "x") { id } item(id: "y") { id } }');
  expect(read.data).toEqual({ member: null, item: null });
  expect(read.errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual(
    expect.arrayContaining([
      [['member'], 'SUBGRAPH_UNAVAILABLE'],
      [['item'], 'SUBGRAPH_UNAVAILABLE'],
    ]),
  );
  const write = await graph.ask(telecom, enrol, undefined, 'out');
  expect(write.errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
  expect(await health()).toEqual({ status: 503, body: { status: 'not ready', subgraphs: { up: 0, of: 9 } } });
  await way.mend();
  // What was found out of reach is not asked again at once; the same request under the same key is answered within seconds.
  let again = await graph.ask(telecom, enrol, undefined, 'out');
  for (let tries = 0; tries < 100 && !again.data?.['enrolMember']; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    again = await graph.ask(telecom, enrol, undefined, 'out');
  }
  expect(again.data).toEqual({ enrolMember: { __typename: 'MemberEnrolled' } });
  // What was said of its health stands for a second.
  let { status } = await health();
  for (let tries = 0; tries < 25 && status !== 200; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    ({ status } = await health());
  }
  expect(status).toBe(200);
});
