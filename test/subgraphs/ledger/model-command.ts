import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

/** `npm run test:model -- --runs 5000 [--seed 1] [--path 3:0]`: the model test as long as you like under a seed of its own, or one run of it again. */
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1000' }, seed: { type: 'string' }, path: { type: 'string' } },
});
for (const [name, value] of Object.entries(values))
  if (name !== 'path' && !/^\d+$/.test(value)) {
    console.error(`--${name} is a whole number, not "${value}"`);
    process.exit(1);
  }
const environment = {
  MODEL_RUNS: values.runs,
  MODEL_SEED: values.seed ?? String(Math.floor(Math.random() * 2 ** 31)),
  ...(values.path === undefined ? {} : { MODEL_PATH: values.path }),
};
spawn('npm', ['run', '-s', 'jest', '--', 'test/subgraphs/ledger/model.test'], {
  stdio: 'inherit',
  env: { ...process.env, ...environment },
}).once('exit', (code) => (process.exitCode = code ?? 1));
