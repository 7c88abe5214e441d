import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { gatewaySubgraph } from '../gateway/access/explain-subgraph.js';
import { compose } from '../schema/compose.js';
import { subgraphsOf } from '../schema/roster.js';
import { buildSubgraph } from './kernel/subgraph.js';
import { loadSubgraph } from './serve.js';

/**
 * Writes the contract (`schema/subgraphs/*.graphql`, `schema/supergraph.graphql`) from the code, so that a review sees every change of
 * it; with `--check` only compares, and fails where the committed files are out of date. The sandbox is no part of the contract.
 */
const folder = new URL('../../schema/', import.meta.url);

async function contractFiles(): Promise<Map<string, string>> {
  const subgraphs = await Promise.all(
    subgraphsOf(false).map(async (line) => ({ name: line.name, sdl: buildSubgraph(await loadSubgraph(line)).sdl })),
  );
  // What the gateway answers itself is part of the contract like everything else.
  subgraphs.push(gatewaySubgraph);
  const files = new Map(subgraphs.map(({ name, sdl }) => [`subgraphs/${name}.graphql`, `${sdl.trimEnd()}\n`]));
  files.set('supergraph.graphql', `${compose(subgraphs).supergraphSdl.trimEnd()}\n`);
  return files;
}

const files = await contractFiles();
if (process.argv.includes('--check')) {
  const stale: string[] = [];
  for (const [name, text] of files)
    if ((await readFile(new URL(name, folder), 'utf8').catch(() => '')) !== text) stale.push(`schema/${name}`);
  if (stale.length > 0) {
    console.error(`Out of date: ${stale.join(', ')}. Run: npm run schema`);
    process.exitCode = 1;
  } else console.log(`schema: ${files.size} files are up to date`);
} else {
  await mkdir(new URL('subgraphs/', folder), { recursive: true });
  for (const [name, text] of files) await writeFile(new URL(name, folder), text);
  console.log(`schema: wrote ${files.size} files`);
}
