import { execFile } from 'node:child_process';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Pinned, and installed beside everything: it is measured here and nothing of the product may depend on it. */
const dependencies = { '@graphql-hive/gateway': '2.15.1', '@graphql-hive/router-runtime': '1.4.23', graphql: '16.15.0' };
const overrides = { '@graphql-tools/batch-execute': '10.2.0' };
const folder = join(tmpdir(), 'tongdui-bench-hive-2.15.1');

const config = `import { defineConfig } from '@graphql-hive/gateway';
const rust = process.env.HIVE_PLANNER === 'rust' ? await import('@graphql-hive/router-runtime') : null;
export const gatewayConfig = defineConfig({
  ...(rust ? { unifiedGraphHandler: rust.unifiedGraphHandler } : {}),
  logging: 'error',
  propagateHeaders: {
    fromClientToSubgraphs({ request }) {
      const authorization = request.headers.get('authorization');
      return authorization ? { authorization } : {};
    },
  },
});
`;

export interface Hive {
  readonly folder: string;
  readonly script: string;
  readonly args: (supergraph: string, port: number) => readonly string[];
}

/** Hive Gateway in a temporary folder, installed at the first use; null with one line said where that is not possible. */
export async function installedHive(): Promise<Hive | null> {
  const script = join(folder, 'node_modules/@graphql-hive/gateway/dist/bin.js');
  try {
    await access(script).catch(install);
    await writeFile(join(folder, 'bench.config.mjs'), config);
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    console.log(`Hive Gateway is left out: it could not be installed into ${folder} (${reason})`);
    return null;
  }
  const args = (supergraph: string, port: number): readonly string[] =>
    `supergraph ${supergraph} -c bench.config.mjs --host 127.0.0.1 --port ${port} --fork 1 --polling 1h`.split(' ');
  return { folder, script, args };
}

async function install(): Promise<void> {
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await writeFile(
    join(fresh, 'package.json'),
    JSON.stringify({ name: 'bench-hive', private: true, type: 'module', dependencies, overrides }),
  );
  console.log(`Installing Hive Gateway ${dependencies['@graphql-hive/gateway']} into ${folder}`);
  const npm = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  await promisify(execFile)('npm', npm, { cwd: fresh, timeout: 240_000 });
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}
