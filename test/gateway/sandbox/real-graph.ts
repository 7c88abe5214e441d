import { graphClient, type GraphClient } from '../../../gateway/client/ask.js';
import type { SandboxIssuer } from '../../../gateway/sandbox/issuer.js';
import { jwks, openTestGraph, type TestGraph } from '../../support/graph.js';

/** The whole graph, with a client of it and an issuer whose tokens it takes. */
export interface RealGraph {
  readonly graph: TestGraph;
  readonly client: GraphClient;
  readonly issuer: SandboxIssuer;
  close(): Promise<void>;
}

export async function openRealGraph(): Promise<RealGraph> {
  const graph = await openTestGraph();
  const client = graphClient(graph.url);
  const keys = await jwks();
  const issuer: SandboxIssuer = {
    jwks: () => keys,
    issue: ({ kind, sub, partner, scope }) =>
      graph.tokenOf({ kind, sub, scopes: scope, language: 'en', traceId: 'test', ...(partner === undefined ? {} : { partner }) }),
  };
  return {
    graph,
    client,
    issuer,
    async close() {
      await client.close();
      await graph.close();
    },
  };
}
