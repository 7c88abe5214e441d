import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs, promisify } from 'node:util';
import { changeAsText, changelogLines, changesBetween, unnamedGains } from './access-changes.js';
import { parseReport, printReport, type ReportLine, reportOf } from './access-report.js';
import { readSupergraph } from './compose.js';

/**
 * `npm run access`: who may read what, out of `schema/supergraph.graphql`. `--write` keeps it in `schema/access.txt`; `--diff REV` says who
 * gained and lost since a revision; `--check [--base REV]` fails where access.txt is out of date or `CHANGELOG.md` names no line for a gain.
 *
 * Without `--base`, `--check` compares with the place where this branch left `origin/main`; on that branch itself, or without one, with
 * the revision before the last commit that changed the table, and with the last commit while the table is changed but not committed.
 * Paths are below the working directory, which npm makes the package's own. Where there is no such revision (first commit, shallow clone, no repository) there is nothing to compare, and that is said.
 */
const tableFile = 'schema/access.txt';
const contractFile = 'schema/supergraph.graphql';
const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');

/** What git answers, or null where it knows nothing of the kind. */
async function git(...argv: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', [...argv], { maxBuffer: 64 * 1024 * 1024 });
    return stdout.trimEnd();
  } catch {
    return null;
  }
}

/** The table of a revision: as it was kept then, or as its contract reads with the rules of today; null where it had neither. */
async function reportAt(revision: string): Promise<readonly ReportLine[] | null> {
  const kept = await git('show', `${revision}:${tableFile}`);
  if (kept !== null) return parseReport(kept);
  const contract = await git('show', `${revision}:${contractFile}`);
  return contract === null ? null : reportOf(readSupergraph(contract).access);
}

async function defaultBase(): Promise<string | null> {
  const head = await git('rev-parse', '--verify', '--quiet', 'HEAD');
  if (head === null) return null;
  const left = await git('merge-base', 'HEAD', 'origin/main');
  if (left !== null && left !== head) return left;
  if (await git('status', '--porcelain', '--', tableFile)) return head;
  const last = await git('log', '-1', '--format=%H', '--', tableFile);
  return last ? git('rev-parse', '--verify', '--quiet', `${last}^`) : null;
}

async function check(text: string, lines: readonly ReportLine[], wanted: string | undefined): Promise<boolean> {
  if ((await read(tableFile)) !== text) {
    console.error(`Out of date: ${tableFile}. Run: npm run schema`);
    return false;
  }
  const base = wanted ?? (await defaultBase());
  const before = base === null ? null : await reportAt(base);
  if (base === null || before === null) {
    console.log(`access: ${lines.length} fields; no earlier revision to compare with`);
    return wanted === undefined;
  }
  const changes = changesBetween(before, lines);
  const unnamed = unnamedGains(changes, await read('schema/CHANGELOG.md'));
  if (unnamed.length > 0) {
    console.error(`Since ${base.slice(0, 12)} somebody may read more, and schema/CHANGELOG.md does not say so:`);
    for (const change of unnamed) console.error(`  ${changeAsText(change)}`);
    console.error(`Is that meant? Then it needs:\n${changelogLines(unnamed).join('\n')}`);
    return false;
  }
  console.log(`access: ${lines.length} fields, ${changes.length} changes since ${base.slice(0, 12)}, every gain is named`);
  return true;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: { write: { type: 'boolean' }, check: { type: 'boolean' }, diff: { type: 'string' }, base: { type: 'string' } },
  });
  const lines = reportOf(readSupergraph(await read(contractFile)).access);
  const text = printReport(lines);
  if (values.check) return check(text, lines, values.base);
  if (values.write) {
    await writeFile(tableFile, text);
    console.log(`access: wrote ${lines.length} fields`);
  } else if (values.diff !== undefined) {
    const before = await reportAt(values.diff);
    if (before === null) {
      console.error(`There is no contract at ${values.diff}`);
      return false;
    }
    for (const change of changesBetween(before, lines)) console.log(changeAsText(change));
  } else process.stdout.write(text);
  return true;
}

// Whoever reads may have seen enough (`| head`); that is no failure.
process.stdout.on('error', () => process.exit(0));
main().then(
  (well) => void (process.exitCode = well ? 0 : 1),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
