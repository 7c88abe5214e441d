import { graphClient } from '../client/ask.js';
import { defaultUrl, readOptions, runCommand, wholeNumber } from '../client/command.js';
import { dataFolder } from '../../schema/data-folder.js';
import { sandboxIssuer } from './issuer.js';
import { notRunning } from './member-token.js';
import { seedDemo } from './seed.js';
import { seedGenerated } from './seed-generated.js';
import type { Sent } from './send.js';

/** `npm run seed`: makes the demo data through the running graph; `--members N` adds generated members. */
await runCommand(async () => {
  const { values } = readOptions(
    { options: { members: { type: 'string' }, seed: { type: 'string', default: '1' }, url: { type: 'string' } } },
    'npm run seed -- [--members 1000] [--seed 1] [--url …]',
  );
  const seed = wholeNumber('seed', values.seed, 0, 1_000_000);
  const members = values.members === undefined ? 0 : wholeNumber('members', values.members, 1, 1_000_000);
  const url = values.url ?? defaultUrl();
  const client = graphClient(url);
  const done = (step: string, { made, present }: Sent): void => {
    process.stdout.write(`${step}: ${made} made${present > 0 ? `, ${present} there already` : ''}\n`);
  };
  try {
    await client.ask(null, '{ __typename }'); // At once where nothing runs; the seed itself would wait for it patiently.
    const settings = { ask: client.ask, issuer: await sandboxIssuer(dataFolder()), now: new Date(), done };
    await seedDemo(settings);
    if (members > 0) {
      const { points } = await seedGenerated(settings, seed, members);
      process.stdout.write(`The generated members hold ${points} points, as the closed form says\n`);
    }
    return 0;
  } catch (error) {
    throw notRunning(error);
  } finally {
    await client.close();
  }
});
