import { graphClient } from '../client/ask.js';
import { runCommand } from '../client/command.js';
import { dataFolder } from '../../schema/data-folder.js';
import { sandboxIssuer } from './issuer.js';
import { memberToken, notRunning } from './member-token.js';
import { sandboxIds } from './secrets.js';
import { tokenRequest } from './token-request.js';

/** `npm run token`: prints one token of the sandbox alone on standard output. */
await runCommand(async () => {
  const request = tokenRequest(process.argv.slice(2), process.env);
  const folder = dataFolder();
  const issuer = await sandboxIssuer(folder);
  if (request.kind === 'claims') {
    process.stdout.write(`${await issuer.issue(request.claims)}\n`);
    return 0;
  }
  const client = graphClient(request.url);
  try {
    const token = await memberToken(client.ask, issuer, await sandboxIds(folder), request.ref, request.ttlSeconds);
    process.stdout.write(`${token}\n`);
    return 0;
  } catch (error) {
    throw notRunning(error);
  } finally {
    await client.close();
  }
});
