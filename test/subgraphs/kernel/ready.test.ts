import { setTimeout as wait } from 'node:timers/promises';
import { readyKeptMs } from '../../../schema/kept-answer.js';
import { serveSubgraph } from '../../../subgraphs/kernel/server.js';
import { subgraph } from '../../../subgraphs/members/index.js';
import { openTestSubgraph, type TestSubgraph } from '../../support/subgraph.js';

let members: TestSubgraph;
beforeAll(async () => {
  members = await openTestSubgraph(subgraph as never);
  await members.subgraph.migrate();
});
afterAll(() => members.close());

test('a database that says nothing is none, and is asked again by those who come later', async () => {
  const { database } = members.subgraph;
  const isConnected = database.isConnected.bind(database);
  const server = await serveSubgraph(members.subgraph, [], 0);
  const ready = () => fetch(`http://127.0.0.1:${server.port}/health/ready`).then(({ status }) => status);
  try {
    database.isConnected = () => new Promise(() => {});
    const asked = performance.now();
    expect(await Promise.all([ready(), ready()])).toEqual([503, 503]);
    expect(performance.now() - asked).toBeLessThan(6_000);
    database.isConnected = isConnected;
    await wait(readyKeptMs);
    expect(await ready()).toBe(200);
  } finally {
    await server.close();
  }
}, 20_000);
