import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Reads a JSON file that only its owner may read, and makes it first where there is none. Several processes that start at once
 * agree on one content: each writes a file of its own, the first to link it under the name wins, and all read the winner's.
 */
export async function keptFile<T>(folder: string, name: string, create: () => Promise<T> | T): Promise<T> {
  const path = join(folder, name);
  const known = await readIfThere<T>(path);
  if (known !== null) return known;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(await create(), null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await publish(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  return JSON.parse(await readFile(path, 'utf8')) as T;
}

async function readIfThere<T>(path: string): Promise<T | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Error(`${path} is not readable as JSON; remove it to have a new one made`);
  }
}

async function publish(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    // Some file systems have no hard links; copying exclusively is the next best.
    await copyFile(draft, path, constants.COPYFILE_EXCL).catch((failure: unknown) => {
      if (codeOf(failure) !== 'EEXIST') throw failure;
    });
  }
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
