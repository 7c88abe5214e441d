import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepOnce, sandboxSecrets } from '../../schema/secrets.js';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'secrets-')), 'deep');
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

test('many who come at once get the same secrets, readable by their owner only, and no draft is left', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => sandboxSecrets(folder)));
  expect(new Set(all.map((secrets) => JSON.stringify(secrets))).size).toBe(1);
  expect(Buffer.from(all[0]?.pairwise ?? '', 'base64').length).toBe(32);
  expect((await stat(join(folder, 'secrets.json'))).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['secrets.json']);
});

test('a file that is broken is named, never silently made anew; a content that cannot be made leaves nothing', async () => {
  await expect(keepOnce(join(folder, 'a.json'), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await readdir(folder)).toEqual([]);
  await writeFile(join(folder, 'a.json'), '{');
  await expect(keepOnce(join(folder, 'a.json'), () => 1)).rejects.toThrow('is not readable as JSON');
});
