import { type DestinationStream, pino } from 'pino';

/**
 * Where logs are written: standard error, so that standard output stays for what people read. A full disk or a closed pipe fails no
 * request and ends no process: what cannot be written waits, up to 1 MB, and what is more is lost.
 */
export function logSink(): DestinationStream {
  const sink = pino.destination({ dest: 2, sync: true, maxLength: 1_048_576 });
  sink.on('error', () => {});
  return sink;
}
