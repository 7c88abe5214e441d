import { open, rm, type FileHandle } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { neutralised } from './fields.js';
import { reportColumns } from './columns.js';

export interface RejectedLine {
  readonly number: number;
  /** The fields as they stood, or the whole line where it has none. */
  readonly fields: readonly string[];
  readonly reason: string;
}

/** Pure: `purchases.csv` -> `purchases.rejected.csv`. */
export const rejectedName = (file: string): string => `${file.replace(/\.csv$/i, '')}.rejected.csv`;

/** Writes rejected lines beside the file: its own columns, then the line's number and the reason. Without any there is no file. */
export class RejectedFile {
  #handle: FileHandle | undefined;

  private constructor(
    readonly path: string,
    private readonly columns: readonly string[],
  ) {}

  /** A file of an earlier run is removed first, so that it never speaks of this one. */
  static async create(path: string, columns: readonly string[]): Promise<RejectedFile> {
    await rm(path, { force: true });
    return new RejectedFile(
      path,
      columns.filter((column) => !(reportColumns as readonly string[]).includes(column)),
    );
  }

  async add(lines: readonly RejectedLine[]): Promise<void> {
    if (lines.length === 0) return;
    if (!this.#handle) {
      this.#handle = await open(this.path, 'w', 0o600);
      await this.#handle.write(stringify([[...this.columns, ...reportColumns]]));
    }
    await this.#handle.write(stringify(lines.map((line) => this.#row(line))));
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }

  /** A line of the wrong width keeps the columns that it has; what is too much goes into the last. */
  #row({ fields, number, reason }: RejectedLine): string[] {
    const width = this.columns.length;
    const kept = fields.length <= width ? [...fields] : [...fields.slice(0, width - 1), fields.slice(width - 1).join(',')];
    return [...kept.map(neutralised), ...Array.from({ length: width - kept.length }, () => ''), String(number), neutralised(reason)];
  }
}
