import { pino } from 'pino';
import { startReloading } from '../../../gateway/versions/reloading.js';
import { openVersions } from '../../../gateway/versions/versions.js';

interface Version {
  readonly sdl: string;
  close(): Promise<void>;
}
const version = (sdl: string): Version => ({ sdl, close: () => Promise.resolve() });

function open(next: (sdl: string) => Promise<Version>) {
  const said = { sdl: 'one', reads: 0 };
  const versions = openVersions(version('one'), () => {});
  const reloading = startReloading<Version>({
    source: {
      name: 'the test',
      stamp: () => Promise.resolve(said.sdl),
      read: () => {
        said.reads += 1;
        return Promise.resolve(said.sdl);
      },
    },
    versions,
    sdlOf: ({ sdl }) => sdl,
    open: next,
    log: pino({ level: 'silent' }),
  });
  return { said, versions, reloading };
}

test('however many ask for a look at once, nothing is opened in vain, and what came last is taken', async () => {
  let opened = 0;
  let release = (): void => {};
  const { said, versions, reloading } = open(async (sdl) => {
    opened += 1;
    if (sdl === 'two') await new Promise<void>((resolve) => (release = resolve));
    if (sdl === 'half') throw new Error('it does not parse');
    return version(sdl);
  });
  said.sdl = 'two';
  const first = reloading.look();
  while (said.reads === 0) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  said.sdl = 'half';
  const storm = Array.from({ length: 1_000 }, () => reloading.look());
  release();
  await Promise.all([first, ...storm]);
  expect([opened, said.reads, versions.current().sdl]).toEqual([2, 2, 'two']);
  said.sdl = 'three';
  await Promise.all([reloading.look(), reloading.look()]);
  expect(versions.current().sdl).toBe('three');
  await reloading.close();
  said.sdl = 'four';
  await reloading.look();
  expect(versions.current().sdl).toBe('three');
  await versions.close();
});
