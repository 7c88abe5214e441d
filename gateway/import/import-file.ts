import { createReadStream } from 'node:fs';
import { CommandError } from '../client/command.js';
import { grouped, inParallel } from '../client/parallel.js';
import { accrueBatch, type Accruing } from './accrue-batch.js';
import { type Columns, readColumns } from './columns.js';
import { fieldsOf } from './fields.js';
import { type Line, linesOf } from './lines.js';
import { type FilePurchase, readPurchase } from './purchase.js';
import { RejectedFile, type RejectedLine, rejectedName } from './rejected-file.js';
import { emptySummary, type Summary } from './summary.js';

export interface ImportSettings extends Accruing {
  readonly file: string;
  readonly parallel: number;
  /** Told after each batch how much of the file was read, in bytes. */
  readonly update?: (bytes: number, summary: Summary) => void;
}

/** One line, read: its purchase, or why there is none. */
interface ReadLine {
  readonly number: number;
  readonly fields: readonly string[];
  readonly purchase: FilePurchase | null;
  readonly reason: string;
}

/**
 * Takes a file of purchases through the graph: reads no further ahead than the batches under way, reports bad lines and goes on.
 * Throws a sentence where it cannot go on at all.
 */
export async function importFile(settings: ImportSettings): Promise<{ readonly summary: Summary; readonly rejected: string }> {
  const stream = createReadStream(settings.file, { highWaterMark: 16_384 });
  const lines = linesOf(stream)[Symbol.asyncIterator]();
  const summary = emptySummary();
  try {
    const columns = await headerOf(lines);
    const rejected = await RejectedFile.create(rejectedName(settings.file), columns.names);
    try {
      const batches = inParallel(grouped(readLines(lines, columns), settings.batch.size), settings.parallel, (batch) =>
        settle(settings, batch),
      );
      for await (const { lines: read, bad, ...sums } of batches) {
        summary.lines += read;
        summary.rejected += bad.length;
        for (const name of ['accrued', 'present', 'accruedPoints', 'presentPoints'] as const) summary[name] += sums[name];
        await rejected.add(bad);
        settings.update?.(stream.bytesRead, summary);
      }
    } finally {
      await rejected.close();
    }
    return { summary, rejected: rejected.path };
  } finally {
    stream.destroy();
  }
}

async function headerOf(lines: AsyncIterator<Line>): Promise<Columns> {
  const first = await lines.next();
  if (first.done) throw new CommandError('The file is empty');
  const fields = first.value.text === null ? { reason: 'The first line is too long to be a header' } : fieldsOf(first.value.text);
  const columns = 'reason' in fields ? fields : readColumns(fields);
  if ('reason' in columns) throw new CommandError(columns.reason);
  return columns;
}

/** Blank lines count as lines of the file and as nothing else. */
async function* readLines(lines: AsyncIterator<Line>, columns: Columns): AsyncGenerator<ReadLine> {
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    const { number, text } = next.value;
    if (text !== null && text.trim() === '') continue;
    const fields = text === null ? { reason: 'is too long' } : fieldsOf(text);
    if ('reason' in fields) {
      yield { number, fields: text === null ? [] : [text], purchase: null, reason: fields.reason };
      continue;
    }
    const parsed = readPurchase(fields, columns);
    yield parsed.kind === 'purchase'
      ? { number, fields: original(fields, columns), purchase: parsed.purchase, reason: '' }
      : { number, fields: original(fields, columns), purchase: null, reason: parsed.reason };
  }
}

/** The fields under the file's own columns, without what an earlier import added. */
const original = (fields: readonly string[], { names, rejected }: Columns): readonly string[] =>
  rejected ? fields.filter((_, index) => names[index] !== 'line' && names[index] !== 'reason') : fields;

interface Batch extends Omit<Summary, 'rejected'> {
  readonly bad: readonly RejectedLine[];
}

async function settle(accruing: Accruing, read: readonly ReadLine[]): Promise<Batch> {
  const purchases = read.flatMap(({ purchase }) => purchase ?? []);
  const outcomes = purchases.length > 0 ? await accrueBatch(accruing, purchases) : [];
  const batch = { ...emptySummary(), lines: read.length, bad: [] as RejectedLine[] };
  let next = 0;
  for (const { number, fields, purchase, reason } of read) {
    const outcome = purchase ? outcomes[next++] : undefined;
    if (outcome?.kind === 'accrued') {
      batch.accrued += 1;
      batch.accruedPoints += outcome.points;
    } else if (outcome?.kind === 'present') {
      batch.present += 1;
      batch.presentPoints += outcome.points;
    } else batch.bad.push({ number, fields, reason: outcome?.reason ?? reason });
  }
  return batch;
}
