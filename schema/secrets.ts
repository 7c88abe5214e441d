import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SigningKey } from './signature.js';

/** What a sandbox makes for itself and production is given: the secret of the pairwise ids and the key of the calls between its parts. */
export interface Secrets {
  /** Base64, 32 bytes. */
  readonly pairwise: string;
  readonly signing: readonly SigningKey[];
}

/** A JSON file that is written once and then only read: of several processes that come at once, all get what the first one wrote. */
export async function keepOnce<T>(file: string, make: () => Promise<T> | T): Promise<T> {
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== undefined) return JSON.parse(known) as T;
  await mkdir(join(file, '..'), { recursive: true });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, JSON.stringify(await make()), { mode: 0o600 });
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft, { force: true });
  return JSON.parse(await readFile(file, 'utf8')) as T;
}

/** The sandbox's secrets, kept in its data folder and readable by its owner only. */
export const sandboxSecrets = (folder: string): Promise<Secrets> =>
  keepOnce(join(folder, 'secrets.json'), () => ({
    pairwise: randomBytes(32).toString('base64'),
    signing: [{ id: 'sandbox', secret: randomBytes(32).toString('hex') }],
  }));
