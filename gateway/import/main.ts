import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { graphClient } from '../client/ask.js';
import { CommandError, defaultUrl, readOptions, runCommand, wholeNumber } from '../client/command.js';
import { patient } from '../client/retry.js';
import { callerOf } from './caller.js';
import { importFile } from './import-file.js';
import { progressOn } from './progress.js';
import { exitCode, summaryText } from './summary.js';

const usage = 'npm run import -- FILE.csv [--partner telecom] [--token …] [--url …] [--batch 20] [--parallel 6]';

/** `npm run import`: takes a partner's purchase file through the graph. Exit code 0: all taken, 2: some rejected, 1: could not run. */
await runCommand(async () => {
  const { values, positionals } = readOptions(
    {
      allowPositionals: true,
      options: {
        partner: { type: 'string' },
        token: { type: 'string' },
        url: { type: 'string' },
        batch: { type: 'string', default: '20' },
        parallel: { type: 'string', default: '6' },
      },
    },
    usage,
  );
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new CommandError(`Name one file. Usage: ${usage}`);
  const size = await stat(file).catch(() => null);
  if (!size?.isFile()) throw new CommandError(`There is no file ${file}`);
  const { token, partner } = await callerOf(values.token ?? process.env['TONGDUI_TOKEN'], values.partner);
  const parallel = wholeNumber('parallel', values.parallel, 1, 32);
  const client = graphClient(values.url ?? defaultUrl(), { connections: parallel });
  const progress = progressOn(process.stderr, size.size);
  try {
    const { summary, rejected } = await importFile({
      file,
      ask: client.ask,
      token,
      partner,
      parallel,
      batch: { size: wholeNumber('batch', values.batch, 1, 1_000) },
      patience: patient,
      run: randomBytes(6).toString('hex'),
      update: (bytes, sums) => progress.update(bytes, sums),
    });
    progress.stop();
    process.stdout.write(`${summaryText(summary, rejected)}\n`);
    return exitCode(summary);
  } finally {
    progress.stop();
    await client.close();
  }
});
