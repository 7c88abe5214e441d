import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const command = join(process.cwd(), 'dist/schema/access-command.js');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tongdui-access-'));
  mkdirSync(join(folder, 'schema'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const git = (...argv: string[]): void =>
  void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...argv], { cwd: folder, stdio: 'ignore' });
const commit = (): void => {
  git('add', '-A');
  git('commit', '-m', 'x');
};
const keep = (file: string, text: string): void => writeFileSync(join(folder, 'schema', file), text);
const contract = (balance: string): void =>
  keep('supergraph.graphql', `type Query { a: Int @authenticated } type Member { balance: Int @policy(policies: [["class:${balance}"]]) }`);
const access = (...argv: string[]): { status: number | null; said: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...argv], { cwd: folder, encoding: 'utf8' });
  return { status, said: stdout + stderr };
};

test('without any history there is nothing to compare with, and that is no failure', () => {
  contract('OWN');
  access('--write');
  expect(access('--check')).toEqual({ status: 0, said: expect.stringContaining('no earlier revision') });
  git('init', '-q', '-b', 'main');
  expect(access('--check').status).toBe(0);
  commit();
  expect(access('--check')).toEqual({ status: 0, said: expect.stringContaining('no earlier revision') });
});

test('a gain fails until the changelog names it, before the commit and after it; a loss never does', () => {
  git('init', '-q', '-b', 'main');
  contract('OWN');
  access('--write');
  commit();
  contract('PUBLIC');
  expect(access('--check')).toEqual({ status: 1, said: expect.stringContaining('Out of date') });
  access('--write');
  const before = access('--check');
  expect(before).toEqual({ status: 1, said: expect.stringContaining('GAINS anonymous Member.balance (closed -> open)') });
  commit();
  expect(access('--check').said).toContain('GAINS anonymous Member.balance');
  expect(access('--diff', 'HEAD^').said).toContain('GAINS anonymous Member.balance');
  const proposed = /^- Access: .*$/m.exec(before.said)?.[0] ?? '';
  keep('CHANGELOG.md', proposed);
  expect(access('--check').status).toBe(0);
  commit();
  contract('OWN');
  access('--write');
  expect(access('--check').status).toBe(0);
  expect(access('--diff', 'HEAD').said).toContain('LOSES anonymous Member.balance (open -> closed)');
});

test('a branch is judged as a whole, from where it left origin/main', () => {
  git('init', '-q', '-b', 'main');
  contract('OWN');
  access('--write');
  commit();
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  contract('PUBLIC');
  access('--write');
  commit();
  keep('other.txt', '');
  commit();
  expect(access('--check').said).toContain('GAINS anonymous Member.balance');
});

test('a revision that is asked for and unknown is a failure', () => {
  contract('OWN');
  access('--write');
  expect(access('--check', '--base', 'nowhere').status).toBe(1);
  expect(access('--diff', 'nowhere').status).toBe(1);
});
