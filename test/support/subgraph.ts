import { pairwiseIds } from '../../schema/pairwise-id.js';
import type { SubgraphAnswer, Transport } from '../../schema/transport.js';
import type { Viewer } from '../../schema/viewer.js';
import { openSubgraph, type RunningSubgraph, type SubgraphDefinition } from '../../subgraphs/kernel/subgraph.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { unreachable } from './transport.js';

export const testSecret = Buffer.alloc(32, 7);
export const testIds = pairwiseIds(testSecret);

export interface TestSubgraph {
  readonly subgraph: RunningSubgraph;
  readonly database: TestDatabase;
  /** Asks as the viewer; a key is sent as the Idempotency-Key header would be. */
  ask(viewer: Viewer, query: string, variables?: Record<string, unknown>, key?: string): Promise<SubgraphAnswer>;
  close(): Promise<void>;
}

/** One subgraph alone over a fresh database; `transport` stands for the others. */
export async function openTestSubgraph(definition: SubgraphDefinition<never>, transport: Transport = unreachable): Promise<TestSubgraph> {
  const database = await createTestDatabase();
  const subgraph = await openSubgraph(definition, { url: database.url, transport, ids: testIds });
  return {
    subgraph,
    database,
    ask: (viewer, query, variables, key) =>
      subgraph.execute({ query, variables }, key === undefined ? viewer : { ...viewer, idempotencyKey: key }),
    async close() {
      await subgraph.close();
      await database.drop();
    },
  };
}
