import { openVersions } from '../../../gateway/versions/versions.js';

const version = (name: string, closed: string[]) => ({
  name,
  close: () => {
    closed.push(name);
    return name === 'bad' ? Promise.reject(new Error('bad')) : Promise.resolve();
  },
});

test('a version is closed once, when the last who began with it has ended', async () => {
  const closed: string[] = [];
  const failed: unknown[] = [];
  const versions = openVersions(version('one', closed), (error) => failed.push(error));
  const first = versions.use();
  const second = versions.use();
  versions.replace(version('two', closed));
  expect([first.version.name, versions.current().name, closed]).toEqual(['one', 'two', []]);
  first.done();
  expect(closed).toEqual([]);
  second.done();
  expect(closed).toEqual(['one']);
  versions.replace(version('bad', closed));
  expect(closed).toEqual(['one', 'two']);
  const last = versions.use();
  versions.replace(version('three', closed));
  last.done();
  await versions.close();
  expect(closed).toEqual(['one', 'two', 'bad', 'three']);
  expect(failed).toEqual([new Error('bad')]);
});
