import { readFile } from 'node:fs/promises';
import { Supergraph } from '@apollo/federation-internals';
import { readSupergraph } from '../../schema/compose.js';
import { brokenDocuments } from './broken-documents.js';
import { nothingPersisted, openPersisted } from './store.js';

/**
 * `npm run documents -- FOLDER`: holds the documents that clients have registered against the contract as it is now, before it goes out.
 * Names client, operation and every name that is gone; ends with 1 where a document is broken.
 */
async function main(): Promise<void> {
  const folder = process.argv[2] ?? process.env['TONGDUI_DOCUMENTS'];
  if (folder === undefined) throw new Error('Say which folder of manifests: npm run documents -- FOLDER');
  const { gatewaySdl, access } = readSupergraph(await readFile('schema/supergraph.graphql', 'utf8'));
  const store = await openPersisted({ ...nothingPersisted, folder }, { warn: () => {} });
  store.close();
  const documents = store.documents();
  const schema = Supergraph.build(gatewaySdl).apiSchema().toGraphQLJSSchema();
  const broken = brokenDocuments(documents, schema, access);
  for (const { client, operation, problems } of broken)
    console.log(`${client} ${operation}\n${problems.map((problem) => `  ${problem}\n`).join('')}`);
  console.log(`${documents.length} documents, ${broken.length} broken`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exit(1);
});
