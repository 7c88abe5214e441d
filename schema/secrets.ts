import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SigningKey } from './signature.js';

/** What a sandbox makes for itself and production is given: the secret of the pairwise ids and the key of the calls between its parts. */
export interface Secrets {
  /** Base64, 32 bytes. */
  readonly pairwise: string;
  readonly signing: readonly SigningKey[];
}

/**
 * A JSON file that is written once and then only read: of several processes that come at once, all get what the first one wrote. It is
 * on the disk before it has its name, so not even a power cut leaves half of one.
 */
export async function keepOnce<T>(file: string, make: () => Promise<T> | T): Promise<T> {
  const known = await readIfThere<T>(file);
  if (known !== undefined) return known;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, JSON.stringify(await make()), { mode: 0o600, flag: 'wx', flush: true });
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return (await readIfThere<T>(file)) as T;
}

async function readIfThere<T>(file: string): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Error(`${file} is not readable as JSON; remove it to have a new one made`);
  }
}

/** The sandbox's secrets, kept in its data folder and readable by its owner only. */
export const sandboxSecrets = (folder: string): Promise<Secrets> =>
  keepOnce(join(folder, 'secrets.json'), () => ({
    pairwise: randomBytes(32).toString('base64'),
    signing: [{ id: 'sandbox', secret: randomBytes(32).toString('hex') }],
  }));
