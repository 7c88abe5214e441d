import { seedDemo } from '../../gateway/sandbox/seed.js';
import { graphClient } from '../../gateway/client/ask.js';
import type { Viewer } from '../../schema/viewer.js';
import type { TestGraph } from './graph.js';

/** The demo data in a test's graph, made as `npm start` makes it: through the graph's own mutations. */
export async function seedTestGraph(graph: Pick<TestGraph, 'url' | 'tokenOf'>): Promise<void> {
  const client = graphClient(graph.url);
  try {
    const issue = ({
      kind,
      sub,
      partner,
      scope,
    }: {
      kind: Viewer['kind'];
      sub: string;
      partner?: string | undefined;
      scope: readonly string[];
    }): Promise<string> =>
      graph.tokenOf({ kind, sub, scopes: scope, language: 'en', traceId: 'seed', ...(partner === undefined ? {} : { partner }) });
    await seedDemo({ ask: client.ask, issuer: { issue }, now: new Date() });
  } finally {
    await client.close();
  }
}
