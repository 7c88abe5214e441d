import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idOf } from '../../../gateway/persisted/manifest.js';
import { openPersisted, type PersistedStore } from '../../../gateway/persisted/store.js';

const one = 'query One { a }';
const two = 'query Two { b }';
const manifest = (...texts: string[]): string => JSON.stringify(Object.fromEntries(texts.map((text) => [idOf(text), text])));
let folder: string;
let told: string[];
let store: PersistedStore | undefined;
let second = 1;
const log = { warn: (facts: object, message: string) => void told.push(`${message} ${JSON.stringify(facts)}`) };
/** Each write is a second later than the one before, as a person's are. */
const put = async (name: string, text: string): Promise<void> => {
  await writeFile(join(folder, name), text);
  await utimes(join(folder, name), second, (second += 1));
};
const open = async (): Promise<PersistedStore> => (store = await openPersisted({ folder, modes: new Map() }, log));
const listed = (): string[] => (store?.documents() ?? []).map(({ client, text }) => `${client}: ${text}`).sort();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tongdui-documents-'));
  told = [];
});
afterEach(async () => {
  store?.close();
  await rm(folder, { recursive: true });
});

test('what is registered is listed by client', async () => {
  await put('mall-app.json', manifest(one, two));
  await put('telecom.json', manifest(one));
  await put('notes.txt', 'no manifest');
  await open();
  expect(listed()).toEqual([`mall-app: ${one}`, `mall-app: ${two}`, `telecom: ${one}`]);
  expect(store?.registered().manifests.get('telecom')?.texts.has(one)).toBe(true);
});

test('a bad manifest stops the start, and says which and why', async () => {
  await put('mall-app.json', '{"x": "query"}');
  await expect(open()).rejects.toThrow('The manifest mall-app.json "x" is not the sha256');
});

test('a folder that is not there stops the start', async () => {
  await expect(openPersisted({ folder: join(folder, 'nowhere'), modes: new Map() }, log)).rejects.toThrow('ENOENT');
});

test('files that come, change and go are followed; a bad change is told once and changes nothing', async () => {
  await put('a.json', manifest(one));
  await open();
  expect(await store?.refresh()).toBe(false);
  await put('b.json', manifest(two));
  expect(await store?.refresh()).toBe(true);
  expect(listed()).toEqual([`a: ${one}`, `b: ${two}`]);
  await put('a.json', manifest(one, two));
  expect(await store?.refresh()).toBe(true);
  expect(listed()).toEqual([`a: ${one}`, `a: ${two}`, `b: ${two}`]);
  await put('a.json', '{');
  expect(await store?.refresh()).toBe(false);
  expect(await store?.refresh()).toBe(false);
  expect(told).toHaveLength(1);
  expect(listed()).toEqual([`a: ${one}`, `a: ${two}`, `b: ${two}`]);
  await put('a.json', manifest(one));
  expect(await store?.refresh()).toBe(true);
  await rm(join(folder, 'b.json'));
  expect(await store?.refresh()).toBe(true);
  expect(listed()).toEqual([`a: ${one}`]);
});

test('a folder named like a manifest and a link to nothing keep no other manifest from being read', async () => {
  await put('b.json', manifest(one));
  await open();
  await symlink(join(folder, 'nowhere'), join(folder, 'a.json'));
  await mkdir(join(folder, 'aa.json'));
  await put('b.json', manifest(one, two));
  expect([await store?.refresh(), await store?.refresh()]).toEqual([true, false]);
  expect(listed()).toEqual([`b: ${one}`, `b: ${two}`]);
  expect(told.map((each) => /"manifest":"(.*?)"/.exec(each)?.[1])).toEqual(['a.json', 'aa.json']);
});

test('what is new in a manifest is heard of once, whoever registered it; what goes is not', async () => {
  const added: string[][] = [];
  await put('a.json', manifest(one));
  store = await openPersisted({ folder, modes: new Map() }, log, (documents) => void added.push(documents.map(({ text }) => text)));
  expect(added).toEqual([]);
  await put('b.json', manifest(one, two));
  await store.refresh();
  await put('b.json', manifest(one));
  await store.refresh();
  await put('b.json', '{');
  await store.refresh();
  expect(added).toEqual([[two], []]);
});

test('without a folder nothing is registered', async () => {
  store = await openPersisted({ folder: undefined, modes: new Map() }, log);
  expect(listed()).toEqual([]);
  expect(await store.refresh()).toBe(false);
});
