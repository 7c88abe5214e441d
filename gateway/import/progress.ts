import { Presets, SingleBar } from 'cli-progress';
import type { Summary } from './summary.js';

/** Shows how far an import is, by the bytes of the file that were read. */
export interface Progress {
  update(bytes: number, summary: Summary): void;
  stop(): void;
}

const counts = ({ lines, accrued, present, rejected }: Summary): string =>
  `${lines} lines: ${accrued} accrued, ${present} already there, ${rejected} rejected`;

/** A bar where a person looks on, else a plain line at every tenth of the file. */
export function progressOn(stream: NodeJS.WriteStream, totalBytes: number): Progress {
  return stream.isTTY ? bar(stream, totalBytes) : plain(stream, totalBytes);
}

function bar(stream: NodeJS.WriteStream, totalBytes: number): Progress {
  const single = new SingleBar({ stream, format: '{bar} {percentage}% {counts}', hideCursor: true }, Presets.shades_classic);
  single.start(Math.max(1, totalBytes), 0, { counts: '' });
  return {
    update: (bytes, summary) => single.update(Math.min(bytes, totalBytes), { counts: counts(summary) }),
    stop: () => single.stop(),
  };
}

function plain(stream: NodeJS.WritableStream, totalBytes: number): Progress {
  let tenth = 0;
  return {
    update(bytes, summary) {
      const reached = Math.floor((bytes * 10) / Math.max(1, totalBytes));
      if (reached <= tenth || reached >= 10) return;
      tenth = reached;
      stream.write(`${reached}0 %: ${counts(summary)}\n`);
    },
    stop: () => {},
  };
}
