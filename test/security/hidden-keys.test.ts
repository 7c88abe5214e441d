import { openTestGraph, type TestGraph } from '../support/graph.js';
import { seedTestGraph } from '../support/seed.js';
import { viewers } from '../support/viewers.js';

/** Keys between subgraphs are no part of what clients see. The planner asks for them under their own names, and an alias may be any name. */
let graph: TestGraph;
beforeAll(async () => {
  graph = await openTestGraph();
  await seedTestGraph(graph);
});
afterAll(() => graph.close());

const garage = viewers.partner('automotive');

test('an alias that is the name of a hidden key answers what it was asked, not the key', async () => {
  const plain = await graph.ask(garage, '{ member(ref: "M-Lin") { ref id serviceOrders(first: 1) { nodes { id } } } }');
  const { ref, id, serviceOrders } = plain.data?.['member'] as Record<string, unknown>;
  expect(ref).toBe('M-Lin');
  const disguised = await graph.ask(
    garage,
    '{ member(ref: "M-Lin") { uid: ref ref: id __typename: ref id: serviceOrders(first: 1) { nodes { id } } balance(programme: "AUTO-P") { available } } }',
  );
  expect(disguised.errors).toBeUndefined();
  expect(disguised.data?.['member']).toMatchObject({ uid: ref, ref: id, __typename: ref, id: serviceOrders });
  const me = await graph.ask(viewers.partner('automotive'), '{ me { principal: kind kind: __typename } }');
  expect(me.data).toEqual({ me: { principal: 'PARTNER', kind: 'Me' } });
});

test('errors below such an alias stand at it', async () => {
  const { data, errors } = await graph.ask(
    garage,
    '{ uid: member(ref: "M-Lin") { uid: name principal: serviceOrders(first: 1) { nodes { id } } } }',
  );
  expect(data).toMatchObject({ uid: { uid: null, principal: { nodes: expect.any(Array) } } });
  expect(errors).toMatchObject([{ path: ['uid', 'uid'], extensions: { code: 'CONSENT_REQUIRED' } }]);
});
