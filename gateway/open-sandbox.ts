import type { EntityManager } from '@mikro-orm/postgresql';
import { hasSnapshot, installClock, saveSnapshot } from '../subgraphs/sandbox/index.js';
import { graphClient } from './client/ask.js';
import type { Graph } from './one-process.js';
import { banner, booksOf } from './sandbox/banner.js';
import { staffIdentity } from './sandbox/identities.js';
import { sandboxIssuer } from './sandbox/issuer.js';
import { seedDemo } from './sandbox/seed.js';
import { seedGenerated } from './sandbox/seed-generated.js';

export interface SandboxStart {
  readonly graph: Graph;
  /** Base URL under which the graph answers already. */
  readonly url: string;
  readonly folder: string;
  /** Which database this is, in words. */
  readonly database: string;
  /** How many generated members to add to the demo's own. */
  readonly members: number;
  readonly startedAt: number;
}

/** Makes a started graph a sandbox: its clock, its demo data (once), and the block that a newcomer reads. */
export async function openSandbox({ graph, url, folder, database, members, startedAt }: SandboxStart): Promise<string> {
  const em = emOf(graph);
  await installClock(em);
  const issuer = await sandboxIssuer(folder);
  const client = graphClient(`${url}/graphql`);
  try {
    if (!(await hasSnapshot(em, 'seed'))) {
      await seedDemo({ ask: client.ask, issuer, now: new Date() });
      await saveSnapshot(em, 'seed');
    }
    if (members > 0) await seedGenerated({ ask: client.ask, issuer }, 1, members);
    const books = booksOf(await client.ask(await issuer.issue(staffIdentity('finance')), '{ books { postings sumPoints liabilityFen } }'));
    const ready = (await (await fetch(`${url}/health/ready`)).json()) as { subgraphs: { up: number; of: number } };
    return banner({
      url,
      database,
      subgraphs: ready.subgraphs,
      access: graph.composed.access,
      books,
      seconds: (performance.now() - startedAt) / 1_000,
    });
  } finally {
    await client.close();
  }
}

function emOf(graph: Graph): EntityManager {
  const sandbox = graph.subgraphs.find(({ name }) => name === 'sandbox');
  if (!sandbox) throw new Error('the sandbox subgraph is not open');
  return sandbox.database.em.fork();
}
