import { roster } from '../../schema/roster.js';
import { openTestGraph, type TestGraph } from '../support/graph.js';
import { viewers } from '../support/viewers.js';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openTestGraph(roster.filter(({ name }) => ['members', 'ledger', 'sandbox'].includes(name)));
});
afterAll(() => graph.close());

const enrol = 'mutation { enrolMember(input: { ref: "x", name: "x" }) { __typename } }';

test('while nothing is known of a caller, its writes are refused and its reads go by the token', async () => {
  const telecom = viewers.partner('telecom');
  await graph.ask(viewers.anonymous, 'mutation { sandbox { injectFault(point: "call.ledger", action: ERROR, times: 1000) } }');
  const write = await graph.ask(telecom, enrol, {}, 'unknown');
  expect({ status: write.status, code: write.errors?.[0]?.extensions?.['code'] }).toEqual({ status: 503, code: 'SUBGRAPH_UNAVAILABLE' });
  expect(await graph.ask(telecom, '{ me { kind } }')).toMatchObject({ status: 200, data: { me: { kind: 'PARTNER' } } });
  expect((await graph.ask(telecom, '{ member(ref: "x") { id } }')).data).toEqual({ member: null });
  await graph.ask(viewers.anonymous, 'mutation { sandbox { clearFaults } }');
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect((await graph.ask(telecom, enrol, {}, 'unknown')).data).toEqual({ enrolMember: { __typename: 'MemberEnrolled' } });
});
