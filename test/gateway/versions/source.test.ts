import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileSource, runningSource } from '../../../gateway/versions/source.js';

test('a file says that it is another one, and that it is not there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'source-'));
  const file = join(folder, 'a.graphql');
  const source = fileSource(file);
  expect(await source.stamp()).toBeNull();
  await writeFile(file, 'one');
  const first = await source.stamp();
  expect([await source.stamp(), await source.read()]).toEqual([first, 'one']);
  await writeFile(`${file}.next`, 'two');
  await rename(`${file}.next`, file);
  expect(await source.stamp()).not.toBe(first);
  expect(await source.read()).toBe('two');
  await rm(folder, { recursive: true });
});

test('what is no file, or larger than any supergraph, is not read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'source-'));
  const at = (name: string): string => join(folder, name);
  await mkdir(at('folder'));
  execFileSync('mkfifo', [at('pipe')]);
  await writeFile(at('huge'), 'x');
  await truncate(at('huge'), 3 * 2 ** 30);
  for (const name of ['folder', 'pipe', 'huge']) await expect(fileSource(at(name)).read()).rejects.toThrow('no file of at most');
  await rm(folder, { recursive: true });
});

test('what runs is composed once for each thing that it says of itself', async () => {
  let said: { name: string; sdl: string }[] | null = [{ name: 'a', sdl: 'one' }];
  let composed = 0;
  const source = runningSource(
    () => (said ? Promise.resolve(said) : Promise.reject(new Error('away'))),
    (subgraphs) => `${(composed += 1)} ${subgraphs.map(({ sdl }) => sdl).join()}`,
  );
  const first = await source.stamp();
  expect([await source.read(), await source.read(), await source.stamp()]).toEqual(['1 one', '1 one', first]);
  said = null;
  expect(await source.stamp()).toBeNull();
  await expect(source.read()).rejects.toThrow('away');
  said = [{ name: 'a', sdl: 'two' }];
  expect(await source.stamp()).not.toBe(first);
  expect(await source.read()).toBe('2 two');
});
