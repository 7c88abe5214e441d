import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { subgraphsOf } from '../schema/roster.js';

const root = process.cwd();
const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
const sources = ['gateway', 'schema', 'subgraphs', 'test'].flatMap(filesBelow).filter((file) => file.endsWith('.ts'));
const importsOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^(?:import|export)\s[^;]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/gm)].map((match) =>
    relative(root, resolve(root, dirname(file), (match[1] ?? match[2]) as string)).replace(/\.js$/, '.ts'),
  );

/** The composition roots: the only files that may know both halves, or every subgraph. */
const roots = new Set([
  'gateway/start.ts',
  'gateway/one-process.ts',
  'gateway/open-sandbox.ts',
  'subgraphs/main.ts',
  'subgraphs/serve.ts',
  'subgraphs/contract.ts',
  'subgraphs/in-process.ts',
]);
const subgraphFolders = subgraphsOf(true).map((line) => `subgraphs/${line.folder}/`);

function mayImport(file: string, target: string): boolean {
  if (file.startsWith('test/') || roots.has(file)) return true;
  if (target.startsWith('schema/')) return true;
  if (file.startsWith('schema/')) return false;
  if (file.startsWith('gateway/')) return target.startsWith('gateway/');
  if (file.startsWith('subgraphs/kernel/')) return target.startsWith('subgraphs/kernel/');
  if (target.startsWith('subgraphs/kernel/')) return true;
  const own = subgraphFolders.find((folder) => file.startsWith(folder));
  if (own !== undefined && target.startsWith(own)) return true;
  // What the partner subgraphs share lies beside their folders.
  return (
    file.startsWith('subgraphs/partners/') &&
    target.startsWith('subgraphs/partners/') &&
    !subgraphFolders.some((folder) => target.startsWith(folder))
  );
}

test('every part imports only what it may know', () => {
  const strays = sources.flatMap((file) =>
    importsOf(file)
      .filter((target) => !mayImport(file, target))
      .map((target) => `${file} -> ${target}`),
  );
  expect(strays).toEqual([]);
});

test('nothing but the index of a subgraph imports a resolver', () => {
  const strays = sources
    .filter((file) => !file.startsWith('test/') && !/(index|\.resolver|\.stub)\.ts$/.test(file))
    .flatMap((file) =>
      importsOf(file)
        .filter((target) => target.endsWith('.resolver.ts'))
        .map((target) => `${file} -> ${target}`),
    );
  expect(strays).toEqual([]);
});

test('files are kebab-case, and no folder of leftovers', () => {
  const odd = sources.filter(
    (file) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.ts$/.test(file.split('/').at(-1) ?? '') || /\/(utils|helpers|common|misc)(\.ts|\/)/.test(file),
  );
  expect(odd).toEqual([]);
});

test('the top level is as designed', () => {
  const allowed =
    /^(\..*|gateway|subgraphs|schema|test|dist|node_modules|package\.json|package-lock\.json|tsconfig\.json|README(\.zh-CN)?\.md|LICENSE|NOTICE)$/;
  expect(readdirSync(root).filter((name) => !allowed.test(name))).toEqual([]);
});

test('no file is dead: everything is imported, or is an entry point', () => {
  const entries =
    /^(gateway\/(start|main)\.ts|subgraphs\/(main|contract|ledger\/proof\/main)\.ts|schema\/access-command\.ts|subgraphs\/.*\/?index\.ts|gateway\/sandbox\/(token|demo|seed-command)\.ts|gateway\/import\/main\.ts)$|\.(test|d)\.ts$|-command\.ts$|^test\/(support\/global-|bench\/)/;
  const imported = new Set(sources.flatMap(importsOf));
  expect(sources.filter((file) => !entries.test(file) && !imported.has(file))).toEqual([]);
});

test('tests mirror the sources that they test', () => {
  const strays = sources
    .filter((file) => /^test\/(gateway|schema|subgraphs)\/.*\.test\.ts$/.test(file))
    .filter((file) => {
      const source = file.replace(/^test\//, '').replace(/\.test\.ts$/, '');
      return !existsSync(join(root, `${source}.ts`)) && !existsSync(join(root, source)) && !existsSync(join(root, dirname(source)));
    });
  expect(strays).toEqual([]);
});
